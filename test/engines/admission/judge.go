package main

import (
	"context"
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/client-go/kubernetes/scheme"
)

// request is one admission request. The API server decodes an object into its Go type before any policy sees it; raw objects
// are seen as they are written, null members and all.
type request struct {
	// Policies are the places of the policies to ask; all where there are none.
	Policies    []int             `json:"policies"`
	Raw         bool              `json:"raw"`
	Operation   string            `json:"operation"`
	Resource    string            `json:"resource"`
	Subresource string            `json:"subresource"`
	Object      json.RawMessage   `json:"object"`
	OldObject   json.RawMessage   `json:"oldObject"`
	Namespace   *corev1.Namespace `json:"namespace"`
	User        struct {
		Name   string   `json:"name"`
		Groups []string `json:"groups"`
	} `json:"user"`
}

// verdict is what one policy says. An error is one of the evaluation; cost is in units of the API server's budget.
type verdict struct {
	Policy  string `json:"policy"`
	Skipped bool   `json:"skipped,omitempty"`
	Allowed bool   `json:"allowed"`
	Message string `json:"message,omitempty"`
	Error   string `json:"error,omitempty"`
	Cost    int64  `json:"cost"`
}

// answer has the object as the policies saw it; an error, and nothing else, where it could not be decoded.
type answer struct {
	Object   map[string]any `json:"object,omitempty"`
	Verdicts []verdict      `json:"verdicts,omitempty"`
	Error    string         `json:"error,omitempty"`
}

// attributesOf is the request as admission sees it, and the resource that it is for.
func attributesOf(req *request) (*admission.VersionedAttributes, schema.GroupVersionResource, error) {
	none := schema.GroupVersionResource{}
	object, err := decode(req.Object, req.Raw)
	if err != nil {
		return nil, none, err
	}
	oldObject, err := decode(req.OldObject, req.Raw)
	if err != nil {
		return nil, none, err
	}
	kind := object.GetObjectKind().GroupVersionKind()
	resource := kind.GroupVersion().WithResource(req.Resource)
	namespace, name := namesOf(object)
	if req.Resource == "namespaces" {
		// A request for a Namespace is one in it.
		namespace = name
	}
	who := &user.DefaultInfo{Name: req.User.Name, Groups: req.User.Groups}
	return &admission.VersionedAttributes{
		Attributes:         admission.NewAttributesRecord(object, oldObject, kind, namespace, name, resource, req.Subresource, admission.Operation(req.Operation), nil, false, who),
		VersionedKind:      kind,
		VersionedObject:    admission.NewLazyObject(object),
		VersionedOldObject: admission.NewLazyObject(oldObject),
	}, resource, nil
}

func judge(policies []*policy, req *request) answer {
	attributes, resource, err := attributesOf(req)
	if err != nil {
		return answer{Error: err.Error()}
	}
	object := attributes.GetObject()
	seen, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		return answer{Error: err.Error()}
	}
	out := answer{Object: seen}
	asked := policies
	if len(req.Policies) > 0 {
		asked = []*policy{}
		for _, place := range req.Policies {
			asked = append(asked, policies[place])
		}
	}
	for _, each := range asked {
		out.Verdicts = append(out.Verdicts, each.judge(attributes, resource, req.Namespace))
	}
	return out
}

func decode(text json.RawMessage, raw bool) (runtime.Object, error) {
	if len(text) == 0 || string(text) == "null" {
		return nil, nil
	}
	if raw {
		object := &unstructured.Unstructured{}
		_, _, err := unstructured.UnstructuredJSONScheme.Decode(text, nil, object)
		return object, err
	}
	object, kind, err := scheme.Codecs.UniversalDeserializer().Decode(text, nil, nil)
	// The API server has no types for custom resources.
	if runtime.IsNotRegisteredError(err) {
		return decode(text, true)
	}
	if err == nil {
		object.GetObjectKind().SetGroupVersionKind(*kind)
	}
	return object, err
}

func namesOf(object runtime.Object) (namespace, name string) {
	if named, ok := object.(metav1.Object); ok {
		return named.GetNamespace(), named.GetName()
	}
	return "", ""
}

func (p *policy) judge(attributes *admission.VersionedAttributes, resource schema.GroupVersionResource, namespace *corev1.Namespace) verdict {
	ctx := context.Background()
	result := p.validator.Validate(ctx, resource, attributes, nil, namespace, celconfig.RuntimeCELCostBudget, nil)
	out := verdict{Policy: p.name, Allowed: true, Skipped: len(result.Decisions) == 0}
	for _, decision := range result.Decisions {
		if decision.Action == validating.ActionDeny {
			out.Allowed = false
			out.Message = decision.Message
		}
		if decision.Evaluation == validating.EvalError {
			out.Error = decision.Message
		}
	}
	asked := cel.CreateAdmissionRequest(attributes.Attributes, metav1.GroupVersionResource(resource), metav1.GroupVersionKind(attributes.VersionedKind))
	remaining := int64(celconfig.RuntimeCELCostBudget)
	for _, part := range []cel.ConditionEvaluator{p.validations, p.messages} {
		results, left, err := part.ForInput(ctx, attributes, asked, cel.OptionalVariableBindings{}, cel.CreateNamespaceObject(namespace), remaining)
		if err != nil {
			out.Error = err.Error()
			break
		}
		for _, each := range results {
			if each.Error != nil {
				out.Error = each.Error.Error()
			}
		}
		remaining = left
	}
	out.Cost = celconfig.RuntimeCELCostBudget - remaining
	return out
}
