package main

import (
	"context"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/compile"
)

// parse reads annotations as `opa build` reads them: one may name an entrypoint.
func parse(files []file, out *answer) map[string]*ast.Module {
	modules := map[string]*ast.Module{}
	for _, f := range files {
		opts := ast.ParserOptions{RegoVersion: ast.RegoV1, ProcessAnnotation: true}
		module, err := ast.ParseModuleWithOpts(f.Path, f.Text, opts)
		modules[f.Path] = module
		out.Errors = append(out.Errors, faults(f.Path, err)...)
	}
	return modules
}

// checkStrictly refuses unused imports and variables, and every builtin that is not allowed.
func checkStrictly(modules map[string]*ast.Module, builtins []string, out *answer) {
	capabilities := ast.CapabilitiesForThisVersion()
	capabilities.Builtins = slices.DeleteFunc(capabilities.Builtins, func(b *ast.Builtin) bool {
		return !slices.Contains(builtins, b.Name)
	})
	// The other two settings are those of `opa check`.
	compiler := ast.NewCompiler().WithStrict(true).WithCapabilities(capabilities).SetErrorLimit(0).
		WithEnablePrintStatements(true).WithUseTypeCheckAnnotations(true)
	if compiler.Compile(modules); compiler.Failed() {
		out.Errors = append(out.Errors, faults("", compiler.Errors)...)
	}
}

// compileWasm compiles the formatted text, since the module holds the places of its rules: the
// bytes are then those that `opa build` makes of the files as they are written.
func compileWasm(entrypoints []string, out *answer) []byte {
	modules := parse(out.Formatted, out)
	b := &bundle.Bundle{Data: map[string]any{}}
	b.SetRegoVersion(ast.RegoV1)
	b.Manifest.Init()
	for _, f := range out.Formatted {
		b.Modules = append(b.Modules, bundle.ModuleFile{URL: f.Path, Path: f.Path, Parsed: modules[f.Path], Raw: []byte(f.Text)})
	}
	compiler := compile.New().WithTarget(compile.TargetWasm).WithRegoVersion(ast.RegoV1).
		WithEntrypoints(entrypoints...).WithRegoAnnotationEntrypoints(true).WithBundle(b)
	if err := compiler.Build(context.Background()); err != nil {
		out.Errors = append(out.Errors, faults("", err)...)
		return nil
	}
	return compiler.Bundle().WasmModules[0].Raw
}
