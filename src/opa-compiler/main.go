// Command opa-compiler is OPA's own Rego compiler with nothing around it: one JSON request in,
// one JSON answer out, no files, no network. Natively it reads standard input and writes
// standard output; as a WASI reactor (see wasi.go) Node calls it, as often as it likes.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
)

type file struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

// request has the mode "format" or "compile". Builtins are the only ones that a policy may call.
type request struct {
	Mode        string   `json:"mode"`
	Files       []file   `json:"files"`
	Entrypoints []string `json:"entrypoints"`
	Builtins    []string `json:"builtins"`
}

type answer struct {
	Formatted []file  `json:"formatted"`
	Errors    []fault `json:"errors"`
	Wasm      []byte  `json:"wasm,omitempty"` // base64 in JSON
}

func main() {
	var req request
	err := json.NewDecoder(os.Stdin).Decode(&req)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(respond(req))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "opa-compiler:", err)
		os.Exit(2)
	}
}

// respond turns even a panic inside OPA into a fault, so that the caller always gets an answer.
func respond(req request) (out answer) {
	out = answer{Formatted: []file{}, Errors: []fault{}}
	defer func() {
		if p := recover(); p != nil {
			out.Errors = append(out.Errors, fault{Code: "internal_error", Message: fmt.Sprint(p)})
		}
	}()
	slices.SortFunc(req.Files, func(a, b file) int { return strings.Compare(a.Path, b.Path) })

	modules := parse(req.Files, &out)
	if req.Mode == "compile" && len(out.Errors) == 0 {
		checkStrictly(modules, req.Builtins, &out)
	}
	if len(out.Errors) > 0 {
		return out
	}
	for _, f := range req.Files {
		text, err := format.SourceWithOpts(f.Path, []byte(f.Text), format.Opts{RegoVersion: ast.RegoV1})
		out.Formatted = append(out.Formatted, file{f.Path, string(text)})
		out.Errors = append(out.Errors, faults(f.Path, err)...)
	}
	if req.Mode == "compile" && len(out.Errors) == 0 {
		out.Wasm = compileWasm(req.Entrypoints, &out)
	}
	return out
}
