// Command k8saudit reads fields out of audit events as Falco does: with the code of its plugins k8saudit and json.
//
// Each line of standard input is {"event": "…", "fields": […]}, the event as the text of its JSON; each line of standard
// output answers one of them with the values by field. Fields that a plugin does not set are left out.
package main

import (
	"encoding/json"
	"io"
	"log"
	"os"
	"strings"
	"unsafe"

	"github.com/falcosecurity/plugin-sdk-go/pkg/sdk"
	jsonplugin "github.com/falcosecurity/plugins/plugins/json/pkg/json"
	"github.com/falcosecurity/plugins/plugins/k8saudit/pkg/k8saudit"
)

type question struct {
	Event  string   `json:"event"`
	Fields []string `json:"fields"`
}

// event is what the plugins read from; a new number makes them parse anew.
type event struct {
	number uint64
	text   string
}

func (e *event) EventNum() uint64      { return e.number }
func (e *event) Timestamp() uint64     { return 0 }
func (e *event) Reader() io.ReadSeeker { return strings.NewReader(e.text) }

// request asks a plugin for one field, as the engine does.
type request struct {
	id    uint64
	entry sdk.FieldEntry
	key   string
	keyed bool
	value any
}

func (r *request) FieldID() uint64                   { return r.id }
func (r *request) FieldType() uint32                 { return sdk.FieldTypeCharBuf }
func (r *request) Field() string                     { return r.entry.Name }
func (r *request) ArgKey() string                    { return r.key }
func (r *request) ArgIndex() uint64                  { return 0 }
func (r *request) ArgPresent() bool                  { return r.keyed }
func (r *request) IsList() bool                      { return r.entry.IsList }
func (r *request) SetValue(value any)                { r.value = value }
func (r *request) SetValueOffset(uint32, uint32)     {}
func (r *request) SetPtr(unsafe.Pointer)             {}
func (r *request) SetOffsetPtrs(_, _ unsafe.Pointer) {}
func (r *request) WantOffset() bool                  { return false }

type plugin interface {
	Fields() []sdk.FieldEntry
	Extract(sdk.ExtractRequest, sdk.EventReader) error
}

// known is a field, and the plugin that has it.
type known struct {
	plugin plugin
	id     uint64
	entry  sdk.FieldEntry
}

// extract gives the value of a field, or nil where a plugin sets none or fails. Falco's engine takes an empty list for no value.
func extract(fields map[string]known, field string, from *event) any {
	name, key, keyed := strings.Cut(strings.TrimSuffix(field, "]"), "[")
	has, found := fields[name]
	if !found {
		log.Fatalf("no plugin has the field %s", name)
	}
	asked := &request{id: has.id, entry: has.entry, key: key, keyed: keyed}
	if err := has.plugin.Extract(asked, from); err != nil {
		return nil
	}
	if list, isList := asked.value.([]string); isList && len(list) == 0 {
		return nil
	}
	return asked.value
}

func main() {
	fields := map[string]known{}
	for _, each := range []plugin{&k8saudit.Plugin{}, &jsonplugin.Plugin{}} {
		for id, entry := range each.Fields() {
			fields[entry.Name] = known{each, uint64(id), entry}
		}
	}
	questions, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for number := uint64(1); ; number++ {
		asked := question{}
		if err := questions.Decode(&asked); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		values := map[string]any{}
		for _, field := range asked.Fields {
			if value := extract(fields, field, &event{number, asked.Event}); value != nil {
				values[field] = value
			}
		}
		if err := answers.Encode(values); err != nil {
			log.Fatal(err)
		}
	}
}
