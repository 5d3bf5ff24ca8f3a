package main

import (
	"context"
	"time"

	"github.com/go-logr/logr"
	policiesv1beta1 "github.com/kyverno/api/api/policies.kyverno.io/v1beta1"
	celengine "github.com/kyverno/kyverno/pkg/cel/engine"
	"github.com/kyverno/kyverno/pkg/cel/libs"
	"github.com/kyverno/kyverno/pkg/cel/matching"
	vpolcompiler "github.com/kyverno/kyverno/pkg/cel/policies/vpol/compiler"
	vpolengine "github.com/kyverno/kyverno/pkg/cel/policies/vpol/engine"
	engineapi "github.com/kyverno/kyverno/pkg/engine/api"
	"github.com/kyverno/kyverno/pkg/event"
	"github.com/kyverno/kyverno/pkg/webhooks/handlers"
	"github.com/kyverno/kyverno/pkg/webhooks/resource/vpol"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// validatingJudge is a ValidatingPolicy behind Kyverno's own webhook handler.
type validatingJudge struct {
	name      string
	engine    vpolengine.Engine
	namespace *corev1.Namespace
	response  vpolengine.EngineResponse
	failed    error
}

// exceptionList lists exceptions as the controller's cache does.
type exceptionList []*policiesv1beta1.PolicyException

func (l exceptionList) List(labels.Selector) ([]*policiesv1beta1.PolicyException, error) {
	return l, nil
}

func newValidatingJudge(policy *policiesv1beta1.ValidatingPolicy, given []*policiesv1beta1.PolicyException) judge {
	out := &validatingJudge{name: policy.Name}
	// The controller takes those that name the policy and have not expired.
	exceptions, err := celengine.ListExceptions(exceptionList(given), policy.GetKind(), policy.Name)
	if err != nil {
		out.failed = err
		return out
	}
	provider, err := vpolengine.NewProvider(vpolcompiler.NewCompiler(), []policiesv1beta1.ValidatingPolicyLike{policy}, exceptions)
	if err != nil {
		out.failed = err
		return out
	}
	out.engine = vpolengine.NewEngine(provider, func(string) *corev1.Namespace { return out.namespace }, matching.NewMatcher())
	return out
}

// Handle lets the webhook's handler ask the engine, and keeps what that said of each policy.
func (j *validatingJudge) Handle(ctx context.Context, request vpolengine.EngineRequest, predicate vpolengine.Predicate) (vpolengine.EngineResponse, error) {
	response, err := j.engine.Handle(ctx, request, predicate)
	j.response = response
	return response, err
}

func (j *validatingJudge) judge(request handlers.AdmissionRequest, namespace *corev1.Namespace) verdict {
	out := verdict{Policy: j.name, Allowed: true}
	if j.failed != nil {
		// The controller keeps no policy that does not compile, and so enforces nothing.
		out.Error = j.failed.Error()
		return out
	}
	j.namespace, j.response = namespace, vpolengine.EngineResponse{}
	handler := vpol.New(j, libs.GetLibsCtx(), nil, false, event.NewFake())
	response := handler.ValidateClustered(context.Background(), logr.Discard(), request, "", time.Time{})
	out.answered(response)
	for _, policy := range j.response.Policies {
		out.judged(policy.Rules)
	}
	return out
}

// answered notes the webhook's response.
func (v *verdict) answered(response handlers.AdmissionResponse) {
	v.Blocked, v.Warnings = !response.Allowed, response.Warnings
	if response.Result != nil {
		v.Response = response.Result.Message
	}
}

// judged notes what an engine says of a policy's rules, several of which may have a say.
func (v *verdict) judged(rules []engineapi.RuleResponse) {
	for _, rule := range rules {
		v.Matched = true
		switch rule.Status() {
		case engineapi.RuleStatusFail:
			v.Allowed = false
			if v.Message != "" {
				v.Message += "; "
			}
			v.Message += rule.Message()
		case engineapi.RuleStatusError:
			v.Allowed, v.Error = false, rule.Message()
		case engineapi.RuleStatusSkip:
			v.Skipped = true
		}
		v.Exempt = v.Exempt || len(rule.Exceptions()) > 0
	}
}
