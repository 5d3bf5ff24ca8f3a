// Command judge judges admission requests by Kyverno's policies as Kyverno's admission controller does: with its own decoding,
// policy validation, compiler, engines and webhook handlers, in one process. Each line of standard input is a JSON message, each
// line of standard output its answer, in the same order: first `{"document": {…}}` for each policy and PolicyException, then
// `{"request": {…}}` for each request, which all policies judge or those it names.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	reportutils "github.com/kyverno/kyverno/pkg/utils/report"
)

// message is one line of the input: a document, or a request for the documents before it.
type message struct {
	Document json.RawMessage `json:"document"`
	Request  *request        `json:"request"`
}

func main() {
	if err := answerLines(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(1)
	}
}

func answerLines(in io.Reader, out io.Writer) error {
	// The webhooks ask which reports are wanted even where none are written, as here.
	reportutils.NewReportingConfig(nil)
	given, err := newDocuments()
	if err != nil {
		return err
	}
	var judges []judge
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
			var reply any
			switch {
			case msg.Request != nil:
				if judges == nil {
					judges = given.judges()
				}
				lookups.objects = msg.Request.Inventory
				reply = answerTo(judges, msg.Request)
			case len(msg.Document) > 0 && judges == nil:
				reply = given.add(msg.Document)
			default:
				return errors.New("a message holds a document, all of them before the first request, or a request")
			}
			if err := encoder.Encode(reply); err != nil {
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
