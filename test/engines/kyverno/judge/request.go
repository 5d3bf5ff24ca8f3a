package main

import (
	"encoding/json"
	"fmt"

	"github.com/kyverno/kyverno/pkg/webhooks/handlers"
	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
)

// request is one admission request. The API server decodes an object into its Go type and sends that; raw objects are sent as
// they are written, null members and all.
type request struct {
	// Policies are the places of the documents to ask; all policies where there are none.
	Policies     []int                     `json:"policies"`
	Raw          bool                      `json:"raw"`
	Operation    string                    `json:"operation"`
	Resource     string                    `json:"resource"`
	Subresource  string                    `json:"subresource"`
	Object       json.RawMessage           `json:"object"`
	OldObject    json.RawMessage           `json:"oldObject"`
	Namespace    *corev1.Namespace         `json:"namespace"`
	User         authenticationv1.UserInfo `json:"user"`
	Roles        []string                  `json:"roles"`
	ClusterRoles []string                  `json:"clusterRoles"`
	// Inventory holds what policies find when they list objects for this request, and for no other.
	Inventory []*unstructured.Unstructured `json:"inventory"`
}

// verdict is what one policy says. Blocked, warnings and response are the webhook's answer, which depends on the policy's action.
type verdict struct {
	Policy string `json:"policy"`
	// Matched says whether the policy's match takes the request at all.
	Matched bool `json:"matched"`
	// Skipped says whether a condition left the request out, Exempt whether an exception did.
	Skipped  bool     `json:"skipped,omitempty"`
	Exempt   bool     `json:"exempt,omitempty"`
	Allowed  bool     `json:"allowed"`
	Message  string   `json:"message,omitempty"`
	Error    string   `json:"error,omitempty"`
	Blocked  bool     `json:"blocked,omitempty"`
	Response string   `json:"response,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// answer has the object as the policies saw it; an error, and nothing else, where it could not be decoded.
type answer struct {
	Object   json.RawMessage `json:"object,omitempty"`
	Verdicts []verdict       `json:"verdicts,omitempty"`
	Error    string          `json:"error,omitempty"`
}

// judge is one policy that judges requests.
type judge interface {
	judge(handlers.AdmissionRequest, *corev1.Namespace) verdict
}

func answerTo(judges []judge, req *request) answer {
	sent, err := req.admissionRequest()
	if err != nil {
		return answer{Error: err.Error()}
	}
	out := answer{Object: sent.Object.Raw}
	for place, each := range judges {
		if each != nil && (len(req.Policies) == 0 || contains(req.Policies, place)) {
			out.Verdicts = append(out.Verdicts, each.judge(sent, req.Namespace))
		}
	}
	return out
}

func contains(places []int, place int) bool {
	for _, each := range places {
		if each == place {
			return true
		}
	}
	return false
}

// admissionRequest is the request as the API server would send it to a webhook.
func (r *request) admissionRequest() (handlers.AdmissionRequest, error) {
	var out handlers.AdmissionRequest
	object, err := sentAs(r.Object, r.Raw)
	if err != nil {
		return out, err
	}
	oldObject, err := sentAs(r.OldObject, r.Raw)
	if err != nil {
		return out, err
	}
	judged := object
	if judged == nil {
		judged = oldObject
	}
	var named unstructured.Unstructured
	if err := json.Unmarshal(judged, &named.Object); err != nil {
		return out, err
	}
	kind := named.GroupVersionKind()
	resource, _ := meta.UnsafeGuessKindToResource(kind)
	if r.Resource != "" {
		resource.Resource = r.Resource
	}
	namespace := named.GetNamespace()
	if kind.Group == "" && kind.Kind == "Namespace" {
		// The API server gives a Namespace itself for its namespace.
		namespace = named.GetName()
	}
	dryRun := false
	requestKind, requestResource := metav1.GroupVersionKind(kind), metav1.GroupVersionResource(resource)
	out = handlers.AdmissionRequest{
		AdmissionRequest: admissionv1.AdmissionRequest{
			UID: "judged", Kind: requestKind, Resource: requestResource, SubResource: r.Subresource,
			RequestKind: &requestKind, RequestResource: &requestResource, RequestSubResource: r.Subresource,
			Name: named.GetName(), Namespace: namespace, Operation: admissionv1.Operation(r.Operation), UserInfo: r.User,
			Object: runtime.RawExtension{Raw: object}, OldObject: runtime.RawExtension{Raw: oldObject}, DryRun: &dryRun,
		},
		Roles: r.Roles, ClusterRoles: r.ClusterRoles, GroupVersionKind: kind,
	}
	return out, nil
}

// sentAs is an object's JSON as the API server sends it to webhooks: nothing where there is none.
func sentAs(text json.RawMessage, raw bool) ([]byte, error) {
	if len(text) == 0 || string(text) == "null" {
		return nil, nil
	}
	if raw {
		return text, nil
	}
	object, kind, err := scheme.Codecs.UniversalDeserializer().Decode(text, nil, nil)
	// The API server has no types for custom resources.
	if runtime.IsNotRegisteredError(err) {
		return text, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the API server would not decode the object: %w", err)
	}
	object.GetObjectKind().SetGroupVersionKind(*kind)
	return json.Marshal(object)
}
