package main

import (
	"context"

	"github.com/open-policy-agent/frameworks/constraint/pkg/apis"
	constraintclient "github.com/open-policy-agent/frameworks/constraint/pkg/client"
	"github.com/open-policy-agent/frameworks/constraint/pkg/client/drivers/rego"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/drivers/k8scel"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/gator/reader"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/target"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/util"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// engine is Gatekeeper without a cluster: as gator builds it, but also with the enforcement points of the webhook and of the audit.
type engine struct {
	client *constraintclient.Client
	scheme *runtime.Scheme
}

func newEngine() (*engine, error) {
	scheme := runtime.NewScheme()
	if err := apis.AddToScheme(scheme); err != nil {
		return nil, err
	}
	regoDriver, err := rego.New()
	if err != nil {
		return nil, err
	}
	celDriver, err := k8scel.New()
	if err != nil {
		return nil, err
	}
	client, err := constraintclient.NewClient(
		constraintclient.Targets(&target.K8sValidationTarget{}),
		constraintclient.Driver(regoDriver),
		constraintclient.Driver(celDriver),
		constraintclient.EnforcementPoints(util.WebhookEnforcementPoint, util.AuditEnforcementPoint),
	)
	if err != nil {
		return nil, err
	}
	return &engine{client: client, scheme: scheme}, nil
}

// report says whether a document could be added.
type report struct {
	Name  string `json:"name"`
	Error string `json:"error,omitempty"`
}

func (e *engine) add(ctx context.Context, document *unstructured.Unstructured) report {
	out := report{Name: document.GetKind() + "/" + document.GetName()}
	if err := e.addDocument(ctx, document); err != nil {
		out.Error = err.Error()
	}
	return out
}

func (e *engine) addDocument(ctx context.Context, document *unstructured.Unstructured) error {
	if reader.IsTemplate(document) {
		template, err := reader.ToTemplate(e.scheme, document)
		if err != nil {
			return err
		}
		if _, err := e.client.CreateCRD(ctx, template); err != nil {
			return err
		}
		_, err = e.client.AddTemplate(ctx, template)
		return err
	}
	if reader.IsConstraint(document) {
		_, err := e.client.AddConstraint(ctx, document)
		return err
	}
	_, err := e.client.AddData(ctx, document)
	return err
}
