package main

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/open-policy-agent/frameworks/constraint/pkg/client/reviews"
	mutationtypes "github.com/open-policy-agent/gatekeeper/v3/pkg/mutation/types"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/target"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/util"
	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// request is an admission request as the webhook gets it; without an operation, an object as the audit finds it. Namespace is the
// Namespace object, which Gatekeeper looks up itself.
type request struct {
	Operation string                     `json:"operation"`
	Object    json.RawMessage            `json:"object"`
	OldObject json.RawMessage            `json:"oldObject"`
	UserInfo  authenticationv1.UserInfo  `json:"userInfo"`
	Namespace *unstructured.Unstructured `json:"namespace"`
	// Inventory holds what policies find in data.inventory during this review, and in no other.
	Inventory []*unstructured.Unstructured `json:"inventory"`
}

// violation is what one constraint says. The action is the constraint's: deny, warn or dryrun.
type violation struct {
	Kind       string         `json:"kind"`
	Constraint string         `json:"constraint"`
	Action     string         `json:"action"`
	Message    string         `json:"message"`
	Details    map[string]any `json:"details,omitempty"`
}

// answer has an error, and nothing else, where Gatekeeper could not review the request.
type answer struct {
	Violations []violation `json:"violations"`
	Error      string      `json:"error,omitempty"`
}

func (e *engine) review(ctx context.Context, req *request) answer {
	violations, err := e.violations(ctx, req)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Violations: violations}
}

func (e *engine) violations(ctx context.Context, req *request) ([]violation, error) {
	object, point, err := req.reviewed()
	if err != nil {
		return nil, err
	}
	options := []reviews.ReviewOpt{reviews.EnforcementPoint(point)}
	if req.Namespace != nil {
		options = append(options, reviews.Namespace(req.Namespace.Object))
	}
	for _, other := range req.Inventory {
		if _, err := e.client.AddData(ctx, other); err != nil {
			return nil, err
		}
		defer e.client.RemoveData(ctx, other)
	}
	responses, err := e.client.Review(ctx, object, options...)
	if err != nil {
		return nil, err
	}
	out := []violation{}
	for _, result := range responses.Results() {
		details, _ := result.Metadata["details"].(map[string]any)
		out = append(out, violation{
			Kind:       result.Constraint.GetKind(),
			Constraint: result.Constraint.GetName(),
			Action:     result.EnforcementAction,
			Message:    result.Msg,
			Details:    details,
		})
	}
	return out, nil
}

// reviewed is what the constraint client is given, and at which of Gatekeeper's enforcement points.
func (req *request) reviewed() (object any, point string, err error) {
	namespace, err := req.namespace()
	if err != nil {
		return nil, "", err
	}
	subject, err := decode(req.Object)
	if err != nil {
		return nil, "", err
	}
	old, err := decode(req.OldObject)
	if err != nil {
		return nil, "", err
	}
	if req.Operation == "" {
		if subject == nil {
			return nil, "", errors.New("an audit needs an object")
		}
		return target.AugmentedUnstructured{Object: *subject, Namespace: namespace, Source: mutationtypes.SourceTypeOriginal}, util.AuditEnforcementPoint, nil
	}
	named := subject
	if named == nil {
		named = old
	}
	if named == nil {
		return nil, "", errors.New("a request needs an object or an old object")
	}
	kind := named.GroupVersionKind()
	admission := &admissionv1.AdmissionRequest{
		UID:       "00000000-0000-0000-0000-000000000000",
		Kind:      metav1.GroupVersionKind{Group: kind.Group, Version: kind.Version, Kind: kind.Kind},
		Name:      named.GetName(),
		Namespace: named.GetNamespace(),
		Operation: admissionv1.Operation(req.Operation),
		UserInfo:  req.UserInfo,
		Object:    raw(subject, req.Object),
		OldObject: raw(old, req.OldObject),
	}
	// The API server names a Namespace as living in itself.
	if kind.Group == "" && kind.Kind == "Namespace" {
		admission.Namespace = named.GetName()
	}
	return target.AugmentedReview{AdmissionRequest: admission, Namespace: namespace, Source: mutationtypes.SourceTypeOriginal, IsAdmission: true}, util.WebhookEnforcementPoint, nil
}

func (req *request) namespace() (*corev1.Namespace, error) {
	if req.Namespace == nil {
		return nil, nil
	}
	namespace := &corev1.Namespace{}
	return namespace, runtime.DefaultUnstructuredConverter.FromUnstructured(req.Namespace.Object, namespace)
}

func decode(text json.RawMessage) (*unstructured.Unstructured, error) {
	if isNull(text) {
		return nil, nil
	}
	object := &unstructured.Unstructured{}
	return object, object.UnmarshalJSON(text)
}

func raw(object *unstructured.Unstructured, text json.RawMessage) runtime.RawExtension {
	if object == nil {
		return runtime.RawExtension{}
	}
	return runtime.RawExtension{Raw: text}
}

func isNull(text json.RawMessage) bool {
	return len(text) == 0 || string(text) == "null"
}
