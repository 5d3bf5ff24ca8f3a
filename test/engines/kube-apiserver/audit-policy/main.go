// Command audit-policy says at which level the API server logs requests under audit policies: one JSON question a line on
// standard input, one JSON answer a line on standard output, in the same order. It asks the server's own evaluator.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
)

type request struct {
	User        string   `json:"user"`
	Groups      []string `json:"groups"`
	Namespace   string   `json:"namespace"`
	Verb        string   `json:"verb"`
	Group       string   `json:"group"`
	Resource    string   `json:"resource"`
	Subresource string   `json:"subresource"`
	Name        string   `json:"name"`
	Path        string   `json:"path"`
}

type question struct {
	Policy   json.RawMessage `json:"policy"`
	Requests []request       `json:"requests"`
}

// answer has an error, and nothing else, where the API server would not start with the policy.
type answer struct {
	Levels []string `json:"levels,omitempty"`
	Error  string   `json:"error,omitempty"`
}

func main() {
	if err := answerLines(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "audit-policy:", err)
		os.Exit(1)
	}
}

func answerLines(in io.Reader, out io.Writer) error {
	decoder := json.NewDecoder(in)
	buffered := bufio.NewWriter(out)
	encoder := json.NewEncoder(buffered)
	for {
		var asked question
		if err := decoder.Decode(&asked); err == io.EOF {
			return buffered.Flush()
		} else if err != nil {
			return err
		}
		if err := encoder.Encode(levelsOf(asked)); err != nil {
			return err
		}
	}
}

func levelsOf(asked question) answer {
	loaded, err := policy.LoadPolicyFromBytes(asked.Policy)
	if err != nil {
		return answer{Error: err.Error()}
	}
	evaluator := policy.NewPolicyRuleEvaluator(loaded)
	levels := make([]string, 0, len(asked.Requests))
	for _, each := range asked.Requests {
		levels = append(levels, string(evaluator.EvaluatePolicyRule(authorizer.AttributesRecord{
			User:            &user.DefaultInfo{Name: each.User, Groups: each.Groups},
			Verb:            each.Verb,
			Namespace:       each.Namespace,
			APIGroup:        each.Group,
			Resource:        each.Resource,
			Subresource:     each.Subresource,
			Name:            each.Name,
			ResourceRequest: each.Path == "",
			Path:            each.Path,
		}).Level))
	}
	return answer{Levels: levels}
}
