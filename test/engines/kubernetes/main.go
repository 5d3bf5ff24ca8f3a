// Command pod-security gives Kubernetes' own Pod Security verdicts: one JSON request a line on standard input, one JSON
// answer a line on standard output, in the same order. It judges with the evaluator of the API server's admission plugin.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	appsdefaults "k8s.io/kubernetes/pkg/apis/apps/v1"
	batchdefaults "k8s.io/kubernetes/pkg/apis/batch/v1"
	coredefaults "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/pod-security-admission/admission"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// request asks about one pod-bearing object under the policy of Kubernetes 1.minor. The API server fills in defaults before
// it judges (a volume without a source is an emptyDir; a port of a pod on the host's network is a host port); raw does not.
type request struct {
	ID     int             `json:"id"`
	Minor  int             `json:"minor"`
	Raw    bool            `json:"raw"`
	Object json.RawMessage `json:"object"`
}

// checkVerdict is absent where the check has no version as old as the minor.
type checkVerdict struct {
	Level   api.Level `json:"level"`
	Allowed bool      `json:"allowed"`
	Absent  bool      `json:"absent,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	Detail  string    `json:"detail,omitempty"`
}

type levelVerdict struct {
	Allowed bool     `json:"allowed"`
	Reasons []string `json:"reasons"`
	Detail  string   `json:"detail,omitempty"`
}

// answer has an error, and nothing else, where the API server would not decode the object.
type answer struct {
	ID     int                             `json:"id"`
	Checks map[policy.CheckID]checkVerdict `json:"checks,omitempty"`
	Levels map[api.Level]levelVerdict      `json:"levels,omitempty"`
	Error  string                          `json:"error,omitempty"`
}

func main() {
	if err := answerLines(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "pod-security:", err)
		os.Exit(1)
	}
}

func answerLines(in io.Reader, out io.Writer) error {
	judge, err := newJudge()
	if err != nil {
		return err
	}
	lines := bufio.NewReaderSize(in, 1<<20)
	buffered := bufio.NewWriter(out)
	encoder := json.NewEncoder(buffered)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			var req request
			if err := json.Unmarshal(line, &req); err != nil {
				return err
			}
			if err := encoder.Encode(judge.answer(req)); err != nil {
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

type judge struct {
	scheme    *runtime.Scheme
	decoder   runtime.Decoder
	checks    []policy.Check
	evaluator policy.Evaluator
}

func newJudge() (*judge, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme,
		coredefaults.RegisterDefaults, appsdefaults.RegisterDefaults, batchdefaults.RegisterDefaults,
	} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	checks := policy.DefaultChecks()
	evaluator, err := policy.NewEvaluator(checks, nil)
	return &judge{scheme, serializer.NewCodecFactory(scheme).UniversalDeserializer(), checks, evaluator}, err
}

func (j *judge) answer(req request) answer {
	object, _, err := j.decoder.Decode(req.Object, nil, nil)
	if err != nil {
		return answer{ID: req.ID, Error: err.Error()}
	}
	if !req.Raw {
		j.scheme.Default(object)
	}
	metadata, spec, err := admission.DefaultPodSpecExtractor{}.ExtractPodSpec(object)
	if err != nil {
		return answer{ID: req.ID, Error: err.Error()}
	}
	if spec == nil {
		return answer{ID: req.ID, Error: "the object has no pod template"}
	}
	version := api.MajorMinorVersion(1, req.Minor)
	out := answer{ID: req.ID, Checks: map[policy.CheckID]checkVerdict{}, Levels: map[api.Level]levelVerdict{}}
	for _, check := range j.checks {
		verdict := checkVerdict{Level: check.Level, Allowed: true, Absent: true}
		if run := newestVersion(check, version); run != nil {
			result := run(metadata, spec)
			verdict = checkVerdict{check.Level, result.Allowed, false, result.ForbiddenReason, result.ForbiddenDetail}
		}
		out.Checks[check.ID] = verdict
	}
	for _, level := range []api.Level{api.LevelBaseline, api.LevelRestricted} {
		result := policy.AggregateCheckResults(j.evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: version}, metadata, spec))
		reasons := append([]string{}, result.ForbiddenReasons...)
		out.Levels[level] = levelVerdict{result.Allowed, reasons, result.ForbiddenDetail()}
	}
	return out
}

// newestVersion is the check as it stood at a version, or nil where it did not exist yet.
func newestVersion(check policy.Check, version api.Version) policy.CheckPodFn {
	var newest policy.CheckPodFn
	for _, versioned := range check.Versions {
		if !version.Older(versioned.MinimumVersion) {
			newest = versioned.CheckPod
		}
	}
	return newest
}
