// Command tetragon loads tracing policies as far as Tetragon does without a kernel of its own: it reads them strictly, writes
// their selectors for the kernel with Tetragon's package selectors, and holds hooks, arguments and the paths to data to the
// types of the running kernel with its package btf, where the kernel has them.
//
// Each line of standard input is a policy as JSON. Each line of standard output answers one of them:
// {"faults": […], "bytes": […], "kernel": "6.18.0"}, what is wrong, the bytes of each hook's selectors, and the kernel that
// the hooks were held to; "" where it has no types.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"strings"

	ebtf "github.com/cilium/ebpf/btf"
	"github.com/cilium/tetragon/pkg/api/tracingapi"
	"github.com/cilium/tetragon/pkg/arch"
	"github.com/cilium/tetragon/pkg/btf"
	"github.com/cilium/tetragon/pkg/idtable"
	"github.com/cilium/tetragon/pkg/k8s/apis/cilium.io/v1alpha1"
	"github.com/cilium/tetragon/pkg/ksyms"
	"github.com/cilium/tetragon/pkg/option"
	"github.com/cilium/tetragon/pkg/selectors"
)

const (
	kernelTypes = "/sys/kernel/btf/vmlinux"
	// The kernel's programs cut offsets into the selectors to ten bits (bpf/process/types/basic.h, INDEX_MASK).
	selectorBytes = 0x3ff
	maxArguments  = 5
)

type answer struct {
	Faults []string `json:"faults"`
	Bytes  []uint32 `json:"bytes"`
	Kernel string   `json:"kernel"`
}

func main() {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	option.Config.ForceLargeProgs = true
	option.Config.KernelVersion = "6.12.0"
	types, kernel := kernelSpec()
	in := json.NewDecoder(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for {
		var text json.RawMessage
		if err := in.Decode(&text); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		given := answer{Faults: []string{}, Bytes: []uint32{}, Kernel: kernel}
		judge(text, types, &given)
		if err := out.Encode(given); err != nil {
			log.Fatal(err)
		}
	}
}

// kernelSpec gives the types of the running kernel, where it tells them.
func kernelSpec() (*ebtf.Spec, string) {
	if _, err := os.Stat(kernelTypes); err != nil {
		return nil, ""
	}
	if err := btf.InitCachedBTF("/nowhere", kernelTypes); err != nil {
		return nil, ""
	}
	spec, err := btf.NewBTF()
	if err != nil {
		return nil, ""
	}
	release, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return nil, ""
	}
	return spec, strings.TrimSpace(string(release))
}

func judge(text json.RawMessage, types *ebtf.Spec, given *answer) {
	fault := func(format string, values ...any) {
		given.Faults = append(given.Faults, fmt.Sprintf(format, values...))
	}
	var policy v1alpha1.TracingPolicy
	reader := json.NewDecoder(bytes.NewReader(text))
	reader.DisallowUnknownFields()
	if err := reader.Decode(&policy); err != nil {
		fault("%v", err)
		return
	}
	calls := map[string]bool{}
	for index := range policy.Spec.KProbes {
		hook := &policy.Spec.KProbes[index]
		if calls[hook.Call] {
			// addKprobe refuses it where several hooks go to the kernel in one call, which is the default.
			fault("%s: hooked twice in one policy", hook.Call)
		}
		calls[hook.Call] = true
		if len(hook.Args)+len(hook.Data) > maxArguments {
			fault("%s: more than %d arguments and data", hook.Call, maxArguments)
			continue
		}
		state, err := selectors.InitKernelSelectorState(&selectors.KernelSelectorArgs{Selectors: hook.Selectors, Args: hook.Args, Data: hook.Data, ActionArgTable: &idtable.Table{}})
		if err != nil {
			fault("%s: %v", hook.Call, err)
			continue
		}
		size := sizeOf(state.Buffer())
		given.Bytes = append(given.Bytes, size)
		if size > selectorBytes {
			fault("%s: its selectors take %d bytes, and the kernel reads %d", hook.Call, size, selectorBytes)
		}
		if hook.ReturnArg != nil {
			if _, err := selectors.InitKernelReturnSelectorState(hook.Selectors, hook.ReturnArg, &idtable.Table{}, nil, nil); err != nil {
				fault("%s: %v", hook.Call, err)
			}
		}
		if types != nil {
			for _, err := range kernelFaults(hook, types) {
				fault("%s: %v", hook.Call, err)
			}
		}
	}
}

// sizeOf gives the bytes that are in use: the selectors' offsets stand at the start, and each selector begins with its length.
func sizeOf(buffer [4096]byte) uint32 {
	number := func(at uint32) uint32 {
		return uint32(buffer[at]) | uint32(buffer[at+1])<<8 | uint32(buffer[at+2])<<16 | uint32(buffer[at+3])<<24
	}
	end := uint32(4)
	for index := range number(0) {
		place := 4 + 4*index
		start := place + number(place)
		end = max(end, start+number(start))
	}
	return end
}

// kernelFaults holds a hook to the kernel's types; what Tetragon only warns of counts too.
func kernelFaults(hook *v1alpha1.KProbeSpec, types *ebtf.Spec) []error {
	var faults []error
	call := hook.Call
	if hook.Syscall {
		prefixed, err := arch.AddSyscallPrefix(call)
		if err != nil {
			return []error{err}
		}
		call = prefixed
	}
	if err := btf.ValidateKprobeSpec(types, call, hook, &ksyms.Ksyms{}); err != nil {
		faults = append(faults, err)
	}
	for _, arg := range append(append([]v1alpha1.KProbeArg{}, hook.Args...), hook.Data...) {
		if arg.Resolve == "" {
			continue
		}
		// The package reads the kernel's types anew each time.
		way := fmt.Sprint(call, arg.Index, arg.Source, arg.Resolve)
		err, known := resolved[way]
		if !known {
			err = resolve(call, arg)
			resolved[way] = err
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", arg.Resolve, err))
		}
	}
	return faults
}

var resolved = map[string]error{}

// resolve follows the path to a value, as pkg/sensors/tracing does when it loads a hook.
func resolve(call string, arg v1alpha1.KProbeArg) error {
	var root ebtf.Type
	if arg.Source == "current_task" {
		task, err := btf.FindBTFStruct("task_struct")
		if err != nil {
			return err
		}
		root = task
	} else {
		parameter, err := btf.FindBTFFuncParamFromHook(call, int(arg.Index))
		if err != nil {
			return err
		}
		root = parameter.Type
		if pointer, ok := root.(*ebtf.Pointer); ok {
			root = pointer.Target
		}
	}
	path := strings.Split(arg.Resolve, ".")
	if len(path) > tracingapi.MaxBTFArgDepth {
		return fmt.Errorf("deeper than %d", tracingapi.MaxBTFArgDepth)
	}
	var steps [tracingapi.MaxBTFArgDepth]tracingapi.ConfigBTFArg
	_, err := btf.ResolveBTFPath(&steps, btf.ResolveNestedTypes(root), path, 0)
	return err
}
