package main

import (
	"context"
	"time"

	"github.com/go-logr/logr"
	kyvernov1 "github.com/kyverno/kyverno/api/kyverno/v1"
	kyvernov2 "github.com/kyverno/kyverno/api/kyverno/v2"
	"github.com/kyverno/kyverno/pkg/config"
	"github.com/kyverno/kyverno/pkg/engine"
	engineapi "github.com/kyverno/kyverno/pkg/engine/api"
	"github.com/kyverno/kyverno/pkg/engine/factories"
	"github.com/kyverno/kyverno/pkg/engine/jmespath"
	"github.com/kyverno/kyverno/pkg/event"
	"github.com/kyverno/kyverno/pkg/exceptions"
	imageverifycache "github.com/kyverno/kyverno/pkg/image/verification/cache"
	"github.com/kyverno/kyverno/pkg/metrics"
	"github.com/kyverno/kyverno/pkg/webhooks/handlers"
	"github.com/kyverno/kyverno/pkg/webhooks/resource/validation"
	webhookutils "github.com/kyverno/kyverno/pkg/webhooks/utils"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	corev1listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
)

// clusterJudge is a ClusterPolicy behind Kyverno's own validation handler.
type clusterJudge struct {
	policy  *kyvernov1.ClusterPolicy
	engine  engineapi.Engine
	context webhookutils.PolicyContextBuilder
}

// legacyExceptionList lists exceptions as the controller's cache does.
type legacyExceptionList []*kyvernov2.PolicyException

func (l legacyExceptionList) List(labels.Selector) ([]*kyvernov2.PolicyException, error) {
	return l, nil
}

func newClusterJudge(policy *kyvernov1.ClusterPolicy, given []*kyvernov2.PolicyException) judge {
	configuration := config.NewDefaultConfiguration(false)
	jp := jmespath.New(configuration)
	// There is no API server to ask for other objects.
	isCluster := false
	return &clusterJudge{
		policy:  policy,
		engine:  engine.NewEngine(configuration, jp, nil, nil, imageverifycache.DisabledImageVerifyCache(), factories.DefaultContextLoaderFactory(nil), exceptions.New(legacyExceptionList(given)), &isCluster),
		context: webhookutils.NewPolicyContextBuilder(configuration, jp),
	}
}

func (j *clusterJudge) judge(request handlers.AdmissionRequest, namespace *corev1.Namespace) verdict {
	out := verdict{Policy: j.policy.Name, Allowed: true}
	handler := validation.NewValidationHandler(logr.Discard(), nil, j.engine, nil, j.context, event.NewFake(), false, metrics.NewFakeMetricsConfig(), listerOf(request.Namespace, namespace))
	allowed, response, warnings, engineResponses := handler.HandleValidationEnforce(context.Background(), request, []kyvernov1.PolicyInterface{j.policy}, nil, time.Time{})
	out.Blocked, out.Response, out.Warnings = !allowed, response, warnings
	if !allowed && len(engineResponses) == 0 {
		out.Allowed, out.Error = false, response
	}
	for _, each := range engineResponses {
		out.judged(each.PolicyResponse.Rules)
	}
	return out
}

// listerOf lists the request's namespace, an empty one where none is told of: the API server knows no object in none.
func listerOf(name string, namespace *corev1.Namespace) corev1listers.NamespaceLister {
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	if namespace == nil {
		namespace = &corev1.Namespace{}
		namespace.Name = name
	}
	// An indexer's Add fails only where the key function does, which it cannot for a Namespace.
	_ = indexer.Add(namespace)
	return corev1listers.NewNamespaceLister(indexer)
}
