// Package v1alpha1 stands for Tetragon's types of its API, which no module proxy has: written from the CRD, as far as
// Tetragon's packages for selectors and BTF read them. Fields that are not here are refused, as the API server refuses them.
package v1alpha1

// TracingPolicy is a document of either kind.
type TracingPolicy struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Metadata   Metadata          `json:"metadata"`
	Spec       TracingPolicySpec `json:"spec"`
}

// Metadata is what the judge reads of an object's.
type Metadata struct {
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// TracingPolicySpec says whom a policy is for, and which functions of the kernel it hooks.
type TracingPolicySpec struct {
	PodSelector  *LabelSelector `json:"podSelector,omitempty"`
	HostSelector *LabelSelector `json:"hostSelector,omitempty"`
	KProbes      []KProbeSpec   `json:"kprobes,omitempty"`
}

// LabelSelector chooses pods.
type LabelSelector struct {
	MatchLabels      map[string]string     `json:"matchLabels,omitempty"`
	MatchExpressions []SelectorRequirement `json:"matchExpressions,omitempty"`
}

// SelectorRequirement is one demand of a LabelSelector.
type SelectorRequirement struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Values   []string `json:"values,omitempty"`
}

// KProbeSpec hooks one function of the kernel.
type KProbeSpec struct {
	Call            string           `json:"call"`
	Return          bool             `json:"return,omitempty"`
	Syscall         bool             `json:"syscall"`
	Message         string           `json:"message,omitempty"`
	Args            []KProbeArg      `json:"args,omitempty"`
	Data            []KProbeArg      `json:"data,omitempty"`
	ReturnArg       *KProbeArg       `json:"returnArg,omitempty"`
	ReturnArgAction string           `json:"returnArgAction,omitempty"`
	Selectors       []KProbeSelector `json:"selectors,omitempty"`
	Tags            []string         `json:"tags,omitempty"`
}

// KProbeArg is one argument of a hooked function, or a value reached from it.
type KProbeArg struct {
	Index        uint32 `json:"index"`
	Type         string `json:"type"`
	BTFType      string `json:"btfType,omitempty"`
	SizeArgIndex uint32 `json:"sizeArgIndex,omitempty"`
	ReturnCopy   bool   `json:"returnCopy,omitempty"`
	MaxData      bool   `json:"maxData,omitempty"`
	Label        string `json:"label,omitempty"`
	Resolve      string `json:"resolve,omitempty"`
	Source       string `json:"source,omitempty"`
}

// TracepointSpec is here for its selectors alone.
type TracepointSpec struct {
	Selectors []KProbeSelector `json:"selectors,omitempty"`
}

// UsdtSpec is here for its selectors alone.
type UsdtSpec struct {
	Selectors []KProbeSelector `json:"selectors,omitempty"`
}

// KProbeSelector is a conjunction; a hook fires where one of its selectors holds.
type KProbeSelector struct {
	Macros                 []string                   `json:"macros,omitempty"`
	MatchPIDs              []PIDSelector              `json:"matchPIDs,omitempty"`
	MatchArgs              []ArgSelector              `json:"matchArgs,omitempty"`
	MatchData              []ArgSelector              `json:"matchData,omitempty"`
	MatchActions           []ActionSelector           `json:"matchActions,omitempty"`
	MatchReturnArgs        []ArgSelector              `json:"matchReturnArgs,omitempty"`
	MatchReturnActions     []ActionSelector           `json:"matchReturnActions,omitempty"`
	MatchBinaries          []BinarySelector           `json:"matchBinaries,omitempty"`
	MatchParentBinaries    []BinarySelector           `json:"matchParentBinaries,omitempty"`
	MatchNamespaces        []NamespaceSelector        `json:"matchNamespaces,omitempty"`
	MatchNamespaceChanges  []NamespaceChangesSelector `json:"matchNamespaceChanges,omitempty"`
	MatchCapabilities      []CapabilitiesSelector     `json:"matchCapabilities,omitempty"`
	MatchCapabilityChanges []CapabilitiesSelector     `json:"matchCapabilityChanges,omitempty"`
}

// PIDSelector compares the process's id.
type PIDSelector struct {
	Operator       string   `json:"operator"`
	Values         []uint32 `json:"values"`
	IsNamespacePID bool     `json:"isNamespacePID,omitempty"`
	FollowForks    bool     `json:"followForks,omitempty"`
}

// ArgSelector compares one argument.
type ArgSelector struct {
	Index    uint32   `json:"index"`
	Args     []uint32 `json:"args,omitempty"`
	Operator string   `json:"operator"`
	Values   []string `json:"values,omitempty"`
}

// BinarySelector compares the path of the process's executable.
type BinarySelector struct {
	Operator       string   `json:"operator"`
	Values         []string `json:"values"`
	FollowChildren bool     `json:"followChildren,omitempty"`
}

// NamespaceSelector compares one of the process's namespaces of the kernel.
type NamespaceSelector struct {
	Namespace string   `json:"namespace"`
	Operator  string   `json:"operator"`
	Values    []string `json:"values"`
}

// NamespaceChangesSelector asks whether the process changed its namespaces.
type NamespaceChangesSelector struct {
	Operator string   `json:"operator"`
	Values   []string `json:"values"`
}

// CapabilitiesSelector compares a set of the process's capabilities.
type CapabilitiesSelector struct {
	Type                  string   `json:"type"`
	Operator              string   `json:"operator"`
	IsNamespaceCapability bool     `json:"isNamespaceCapability,omitempty"`
	Values                []string `json:"values"`
}

// ActionSelector is what is done where a selector holds.
type ActionSelector struct {
	Action                       string   `json:"action"`
	ArgFd                        uint32   `json:"argFd,omitempty"`
	ArgName                      uint32   `json:"argName,omitempty"`
	ArgUrl                       string   `json:"argUrl,omitempty"`
	ArgFqdn                      string   `json:"argFqdn,omitempty"`
	ArgError                     int32    `json:"argError,omitempty"`
	ArgSig                       uint32   `json:"argSig,omitempty"`
	ArgSock                      uint32   `json:"argSock,omitempty"`
	ArgRegs                      []string `json:"argRegs,omitempty"`
	ArgIndex                     uint32   `json:"argIndex,omitempty"`
	ArgValue                     uint32   `json:"argValue,omitempty"`
	RateLimit                    string   `json:"rateLimit,omitempty"`
	RateLimitScope               string   `json:"rateLimitScope,omitempty"`
	KernelStackTrace             bool     `json:"kernelStackTrace,omitempty"`
	UserStackTrace               bool     `json:"userStackTrace,omitempty"`
	ImaHash                      bool     `json:"imaHash,omitempty"`
	EnforcerNotifyActionArgIndex *uint32  `json:"enforcerNotifyActionArgIndex,omitempty"`
}
