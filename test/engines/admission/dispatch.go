package main

import (
	"context"
	"encoding/json"
	"errors"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/policy/generic"
	"k8s.io/apiserver/pkg/admission/plugin/policy/matching"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	listersv1 "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
)

// cluster is what stands in the API server beside the policies: what puts them in force, and what they refer to.
type cluster struct {
	Bindings   []*admissionregistrationv1.ValidatingAdmissionPolicyBinding `json:"bindings"`
	Namespaces []*corev1.Namespace                                         `json:"namespaces"`
	ConfigMaps []*corev1.ConfigMap                                         `json:"configMaps"`
}

// finding is a violation that is reported and not refused.
type finding struct {
	Policy  string `json:"policy"`
	Binding string `json:"binding"`
	Message string `json:"message"`
}

// outcome is what the API server answers to a request that all bound policies judge.
type outcome struct {
	Denied   string    `json:"denied,omitempty"`
	Warnings []string  `json:"warnings"`
	Audited  []finding `json:"audited"`
	Error    string    `json:"error,omitempty"`
}

// plugin is the API server's own dispatcher with the policies, bindings and parameters that it would learn from its storage.
type plugin struct {
	dispatcher generic.Dispatcher[validating.PolicyHook]
	hooks      []validating.PolicyHook
}

func newPlugin(policies []*policy, given *cluster) *plugin {
	namespaces := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	for _, each := range given.Namespaces {
		_ = namespaces.Add(each)
	}
	configMaps := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	for _, each := range given.ConfigMaps {
		_ = configMaps.Add(each)
	}
	matcher := matching.NewMatcher(listersv1.NewNamespaceLister(namespaces), &client{})
	hooks := []validating.PolicyHook{}
	for _, each := range policies {
		hook := validating.PolicyHook{Policy: each.definition, Evaluator: each.validator, ParamInformer: &params{lister: cache.NewGenericLister(configMaps, corev1.Resource("configmaps"))}, ParamScope: meta.RESTScopeNamespace}
		for _, binding := range given.Bindings {
			if binding.Spec.PolicyName == each.name {
				hook.Bindings = append(hook.Bindings, binding)
			}
		}
		hooks = append(hooks, hook)
	}
	return &plugin{dispatcher: validating.NewDispatcher(nil, generic.NewPolicyMatcher(matcher)), hooks: hooks}
}

func (p *plugin) admit(req *request) outcome {
	out := &outcome{Warnings: []string{}, Audited: []finding{}}
	attributes, _, err := attributesOf(req)
	if err != nil {
		return outcome{Error: err.Error()}
	}
	ctx := warning.WithWarningRecorder(context.Background(), out)
	err = p.dispatcher.Dispatch(ctx, &recorded{Attributes: attributes.Attributes, out: out}, admission.NewObjectInterfacesFromScheme(scheme.Scheme), p.hooks)
	if status := (apierrors.APIStatus)(nil); errors.As(err, &status) {
		out.Denied = status.Status().Message
	} else if err != nil {
		out.Error = err.Error()
	}
	return *out
}

func (o *outcome) AddWarning(_, text string) { o.Warnings = append(o.Warnings, text) }

// recorded notes what the policies write into the audit log.
type recorded struct {
	admission.Attributes
	out *outcome
}

func (r *recorded) AddAnnotation(_, value string) error {
	return json.Unmarshal([]byte(value), &r.out.Audited)
}

// client stands for the storage behind the caches, which holds no more than they do.
type client struct{ kubernetes.Interface }
type core struct{ typedcorev1.CoreV1Interface }
type none struct{ typedcorev1.NamespaceInterface }

func (*client) CoreV1() typedcorev1.CoreV1Interface     { return core{} }
func (core) Namespaces() typedcorev1.NamespaceInterface { return none{} }
func (none) Get(_ context.Context, name string, _ metav1.GetOptions) (*corev1.Namespace, error) {
	return nil, apierrors.NewNotFound(corev1.Resource("namespaces"), name)
}

// params is the informer of ConfigMaps, whose cache is full from the start.
type params struct {
	lister cache.GenericLister
	cache.SharedIndexInformer
}

func (p *params) Lister() cache.GenericLister         { return p.lister }
func (p *params) Informer() cache.SharedIndexInformer { return p }
func (p *params) HasSynced() bool                     { return true }
