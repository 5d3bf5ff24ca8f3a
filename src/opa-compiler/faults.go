package main

import (
	"cmp"
	"errors"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// fault stands at line and column of a file, counted from 1; both are 0 where OPA names no place.
type fault struct {
	Path    string `json:"path"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// faults lists what an error of OPA holds, in the order of the source.
func faults(path string, err error) []fault {
	if err == nil {
		return nil
	}
	list, ok := errors.AsType[ast.Errors](err)
	if !ok {
		return []fault{{Path: path, Code: "compile_error", Message: err.Error()}}
	}
	var found []fault
	for _, e := range list {
		f := fault{Path: path, Code: e.Code, Message: e.Message}
		if e.Location != nil {
			f.Path, f.Line, f.Column = e.Location.File, e.Location.Row, e.Location.Col
		}
		found = append(found, f)
	}
	slices.SortStableFunc(found, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), a.Line-b.Line, a.Column-b.Column, cmp.Compare(a.Message, b.Message))
	})
	return found
}
