package main

import (
	"sort"

	"github.com/kyverno/kyverno/pkg/cel/libs"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// inventory is the cluster that policies look objects up in, as the API server lists them: all namespaces where none is named, and an
// empty list of a kind that there is no object of. (Kyverno's own fake knows neither.)
type inventory struct {
	*libs.FakeContextProvider
	objects []*unstructured.Unstructured
}

// lookups is what every policy is compiled with; each request brings its own objects.
var lookups = &inventory{FakeContextProvider: libs.NewFakeContextProvider()}

func init() {
	libs.LibraryContext = lookups
}

func (i *inventory) ListResources(apiVersion, resource, namespace string, _ map[string]string) (*unstructured.UnstructuredList, error) {
	version, err := schema.ParseGroupVersion(apiVersion)
	if err != nil {
		return nil, err
	}
	out := &unstructured.UnstructuredList{}
	for _, object := range i.objects {
		plural, _ := meta.UnsafeGuessKindToResource(object.GroupVersionKind())
		if plural == version.WithResource(resource) && (namespace == "" || object.GetNamespace() == namespace) {
			out.Items = append(out.Items, *object)
		}
	}
	sort.SliceStable(out.Items, func(a, b int) bool {
		return out.Items[a].GetNamespace()+"/"+out.Items[a].GetName() < out.Items[b].GetNamespace()+"/"+out.Items[b].GetName()
	})
	return out, nil
}

func (i *inventory) Clone() libs.Context { return i }
