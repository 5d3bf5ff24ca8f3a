package main

import (
	"encoding/json"
	"fmt"

	policiesv1beta1 "github.com/kyverno/api/api/policies.kyverno.io/v1beta1"
	kyvernov1 "github.com/kyverno/kyverno/api/kyverno/v1"
	kyvernov2 "github.com/kyverno/kyverno/api/kyverno/v2"
	"github.com/kyverno/kyverno/cmd/cli/kubectl-kyverno/data"
	"github.com/kyverno/kyverno/ext/resource/convert"
	"github.com/kyverno/kyverno/ext/resource/loader"
	celcompiler "github.com/kyverno/kyverno/pkg/cel/compiler"
	vpolvalidation "github.com/kyverno/kyverno/pkg/cel/policies/vpol"
	"github.com/kyverno/kyverno/pkg/deprecations"
	policyvalidation "github.com/kyverno/kyverno/pkg/validation/policy"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kubectl-validate/pkg/openapiclient"
)

// report says what Kyverno's admission would answer to the creation of a document: errors refuse it.
type report struct {
	Kind     string   `json:"kind"`
	Name     string   `json:"name"`
	Errors   []string `json:"errors"`
	Warnings []string `json:"warnings"`
}

// documents are the policies and exceptions, each decoded strictly by its schema and its Go type.
type documents struct {
	loader     loader.Loader
	makers     []func() judge
	validating []*policiesv1beta1.PolicyException
	legacy     []*kyvernov2.PolicyException
}

func newDocuments() (*documents, error) {
	crds, err := data.Crds()
	if err != nil {
		return nil, err
	}
	schemas, err := loader.New(openapiclient.NewComposite(openapiclient.NewLocalCRDFiles(crds)))
	return &documents{loader: schemas}, err
}

// judges are those of the documents, in their order; exceptions have none of their own.
func (d *documents) judges() []judge {
	out := make([]judge, 0, len(d.makers))
	for _, make := range d.makers {
		out = append(out, make())
	}
	return out
}

func (d *documents) add(text json.RawMessage) report {
	kind, untyped, err := d.loader.Load(text)
	out := report{Kind: kind.Kind, Name: nameOf(text), Errors: []string{}, Warnings: []string{}}
	note := func(err error) {
		if err != nil {
			out.Errors = append(out.Errors, err.Error())
		}
	}
	maker := func() judge { return nil }
	switch kind.Group + "/" + kind.Kind {
	case "policies.kyverno.io/ValidatingPolicy":
		policy := decoded[policiesv1beta1.ValidatingPolicy](untyped, note, err)
		if policy != nil {
			warnings, err := vpolvalidation.Validate(policy)
			note(err)
			// Where there are errors, Kyverno says each of them as a warning too.
			if err == nil {
				out.Warnings = append(out.Warnings, warnings...)
			}
			maker = func() judge { return newValidatingJudge(policy, d.validating) }
		}
	case "policies.kyverno.io/PolicyException":
		exception := decoded[policiesv1beta1.PolicyException](untyped, note, err)
		if exception != nil {
			note(exception.Validate().ToAggregate())
			note(celcompiler.CompilePolicyExceptionMatchConditions(exception.Spec.MatchConditions, nil).ToAggregate())
			d.validating = append(d.validating, exception)
		}
	case "kyverno.io/ClusterPolicy":
		policy := decoded[kyvernov1.ClusterPolicy](untyped, note, err)
		if policy != nil {
			// Without a cluster, as the command line validates: what needs discovery or RBAC is left out.
			warnings, err := policyvalidation.Validate(policy, nil, nil, true, "kyverno", "kyverno")
			note(err)
			out.Warnings = append(out.Warnings, warnings...)
			maker = func() judge { return newClusterJudge(policy, d.legacy) }
		}
	case "kyverno.io/PolicyException":
		exception := decoded[kyvernov2.PolicyException](untyped, note, err)
		if exception != nil {
			note(exception.Validate().ToAggregate())
			d.legacy = append(d.legacy, exception)
		}
	default:
		note(fmt.Errorf("%s is neither a policy nor an exception that this judge knows: %w", kind, err))
	}
	if warning, ok := deprecations.BuildKindWarning(kind.Group, kind.Version, kind.Kind); ok {
		out.Warnings = append(out.Warnings, warning.Message)
	}
	d.makers = append(d.makers, maker)
	return out
}

// nameOf is the document's name, even where its schema refuses it.
func nameOf(text json.RawMessage) string {
	var named struct {
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
	}
	if json.Unmarshal(text, &named) != nil {
		return ""
	}
	return named.Metadata.Name
}

// decoded is the typed document; nothing, and the error noted, where the schema or the type refuses it.
func decoded[T any](untyped unstructured.Unstructured, note func(error), err error) *T {
	if err != nil {
		note(err)
		return nil
	}
	typed, err := convert.To[T](untyped)
	if err != nil {
		note(err)
		return nil
	}
	return typed
}
