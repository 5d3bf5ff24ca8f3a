// Command yaml reads manifests as kubectl does, so that the reader of Portcullis can be held to it.
//
// Each line of standard input is a JSON string: the bytes of one manifest file in base64. Each line of
// standard output answers one of them: the documents that kubectl would see, then the error that stopped
// it, if any. The steps are those of kubectl's resource builder: decode UTF-16 by its byte order mark,
// split into documents, turn each into JSON, drop what is null.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"log"
	"os"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

type answer struct {
	Documents []json.RawMessage `json:"documents"`
	Error     string            `json:"error,omitempty"`
}

func read(manifest []byte) answer {
	result := answer{Documents: []json.RawMessage{}}
	text := transform.NewReader(bytes.NewReader(manifest), unicode.BOMOverride(unicode.UTF8.NewDecoder()))
	decoder := yaml.NewYAMLOrJSONDecoder(text, 4096)
	for {
		document := runtime.RawExtension{}
		err := decoder.Decode(&document)
		if err == io.EOF {
			return result
		}
		if err != nil {
			result.Error = err.Error()
			return result
		}
		raw := bytes.TrimSpace(document.Raw)
		if len(raw) != 0 && !bytes.Equal(raw, []byte("null")) {
			result.Documents = append(result.Documents, raw)
		}
	}
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			return
		}
		if err != nil {
			log.Fatal(err)
		}
		manifest, err := base64.StdEncoding.DecodeString(line[:len(line)-1])
		if err != nil {
			log.Fatal(err)
		}
		encoded, err := json.Marshal(read(manifest))
		if err != nil {
			log.Fatal(err)
		}
		if _, err := os.Stdout.Write(append(encoded, '\n')); err != nil {
			log.Fatal(err)
		}
	}
}
