// Command admission judges requests by ValidatingAdmissionPolicies as the API server does: with its own compiler, type checker
// and validator. Each line of standard input is a JSON message, each line of standard output its answer, in the same order:
// first `{"policy": {…}}` for each policy, then `{"request": {…}}` for each request, which all policies judge or those it names;
// or `{"cluster": {…}}` with their bindings, and `{"admit": {…}}` for each request that is judged where and as far as they say.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

// message is one line of the input: a policy, what puts the policies before it in force, or a request.
type message struct {
	Policy  *admissionregistrationv1.ValidatingAdmissionPolicy `json:"policy"`
	Request *request                                           `json:"request"`
	Cluster *cluster                                           `json:"cluster"`
	Admit   *request                                           `json:"admit"`
}

func main() {
	if err := answerLines(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "admission:", err)
		os.Exit(1)
	}
}

func answerLines(in io.Reader, out io.Writer) error {
	checker := newTypeChecker()
	policies := []*policy{}
	bound := newPlugin(policies, &cluster{})
	lines := bufio.NewReaderSize(in, 1<<20)
	buffered := bufio.NewWriter(out)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			var msg message
			if err := json.Unmarshal(line, &msg); err != nil {
				return err
			}
			var answer any
			switch {
			case msg.Policy != nil:
				refused := createPolicy(msg.Policy)
				compiled, report := compile(msg.Policy, checker)
				report.Errors = append(refused, report.Errors...)
				policies = append(policies, compiled)
				answer = report
			case msg.Request != nil:
				answer = judge(policies, msg.Request)
			case msg.Cluster != nil:
				refused := []string{}
				for _, binding := range msg.Cluster.Bindings {
					refused = append(refused, createBinding(binding)...)
				}
				bound = newPlugin(policies, msg.Cluster)
				answer = map[string][]string{"errors": refused}
			case msg.Admit != nil:
				answer = bound.admit(msg.Admit)
			default:
				return errors.New("a message holds a policy, a cluster or a request")
			}
			if err := encoder.Encode(answer); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return buffered.Flush()
		}
		if err != nil {
			return err
		}
	}
}
