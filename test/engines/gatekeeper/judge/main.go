// Command judge reviews objects with Gatekeeper's own constraint client and both of its drivers, in process. Each line of standard
// input is a JSON message, each line of standard output its answer, in the same order: `{"document": {…}}` adds a
// ConstraintTemplate, a Constraint, or any other object as data that policies may look up; `{"request": {…}}` asks for a
// review, for which it may bring data of its own.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// message is one line of the input.
type message struct {
	Document *unstructured.Unstructured `json:"document"`
	Request  *request                   `json:"request"`
}

func main() {
	if err := answerLines(context.Background(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "gatekeeper judge:", err)
		os.Exit(1)
	}
}

func answerLines(ctx context.Context, in io.Reader, out io.Writer) error {
	engine, err := newEngine()
	if err != nil {
		return err
	}
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
			case msg.Document != nil:
				answer = engine.add(ctx, msg.Document)
			case msg.Request != nil:
				answer = engine.review(ctx, msg.Request)
			default:
				return errors.New("a message holds a document or a request")
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
