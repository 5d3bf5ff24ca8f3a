package main

import (
	"fmt"
	"sync"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/meta/testrestmapper"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/openapi/resolver"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/kubernetes/pkg/generated/openapi"
)

// report says what the API server would answer to the creation of a policy: errors refuse it, warnings stand in its status.
type report struct {
	Name     string   `json:"name"`
	Errors   []string `json:"errors"`
	Warnings []string `json:"warnings"`
}

// policy is a compiled policy: the validator that decides, and its parts, whose cost can be told.
type policy struct {
	name        string
	definition  *admissionregistrationv1.ValidatingAdmissionPolicy
	validator   validating.Validator
	conditions  cel.ConditionEvaluator
	validations cel.ConditionEvaluator
	messages    cel.ConditionEvaluator
}

func newTypeChecker() *validating.TypeChecker {
	return &validating.TypeChecker{
		SchemaResolver: resolver.NewDefinitionsSchemaResolver(openapi.GetOpenAPIDefinitions, scheme.Scheme),
		RestMapper:     testrestmapper.TestOnlyStaticRESTMapper(scheme.Scheme),
	}
}

var environmentTemplate = sync.OnceValue(func() *environment.EnvSet {
	return environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion())
})

func newCompiler() *cel.CompositedCompiler {
	compiler, err := cel.NewCompositedCompiler(environmentTemplate())
	if err != nil {
		panic(err)
	}
	return compiler
}

// compile compiles a policy twice: as a new one, which may only use what the version before knows too, for the errors; and as
// a stored one, which then judges. The parts are put together as in the plugin's own compilePolicy, which is not exported.
func compile(given *admissionregistrationv1.ValidatingAdmissionPolicy, checker *validating.TypeChecker) (*policy, report) {
	spec := given.Spec
	withAuthorizer := cel.OptionalVariableDeclarations{HasParams: spec.ParamKind != nil, HasAuthorizer: true}
	withoutAuthorizer := cel.OptionalVariableDeclarations{HasParams: spec.ParamKind != nil}

	variables := []cel.NamedExpressionAccessor{}
	for _, variable := range spec.Variables {
		variables = append(variables, &validating.Variable{Name: variable.Name, Expression: variable.Expression})
	}
	conditions, validations, messages := []cel.ExpressionAccessor{}, []cel.ExpressionAccessor{}, make([]cel.ExpressionAccessor, len(spec.Validations))
	for i := range spec.MatchConditions {
		conditions = append(conditions, (*matchconditions.MatchCondition)(&spec.MatchConditions[i]))
	}
	for i, validation := range spec.Validations {
		validations = append(validations, &validating.ValidationCondition{Expression: validation.Expression, Message: validation.Message, Reason: validation.Reason})
		if validation.MessageExpression != "" {
			messages[i] = &validating.MessageExpressionCondition{MessageExpression: validation.MessageExpression}
		}
	}

	out := report{Name: given.Name, Errors: []string{}, Warnings: []string{}}
	note := func(place string, result cel.CompilationResult) {
		if result.Error != nil {
			out.Errors = append(out.Errors, fmt.Sprintf("%s: %s", place, result.Error.Detail))
		}
	}
	strict := newCompiler()
	for i, condition := range conditions {
		// The API server's validation compiles match conditions without the policy's variables.
		note(fmt.Sprintf("matchConditions[%d]", i), cel.NewCompiler(environmentTemplate()).CompileCELExpression(condition, withAuthorizer, environment.NewExpressions))
	}
	for _, variable := range variables {
		note("variables."+variable.GetName(), strict.CompileAndStoreVariable(variable, withAuthorizer, environment.NewExpressions))
	}
	for i, validation := range validations {
		note(fmt.Sprintf("validations[%d]", i), strict.CompileCELExpression(validation, withAuthorizer, environment.NewExpressions))
	}
	for i, expression := range messages {
		if expression != nil {
			note(fmt.Sprintf("validations[%d].messageExpression", i), strict.CompileCELExpression(expression, withoutAuthorizer, environment.NewExpressions))
		}
	}
	for _, warning := range checker.Check(given) {
		out.Warnings = append(out.Warnings, fmt.Sprintf("%s: %s", warning.FieldRef, warning.Warning))
	}

	stored := newCompiler()
	stored.CompileAndStoreVariables(variables, withAuthorizer, environment.StoredExpressions)
	compiled := &policy{
		name:        given.Name,
		definition:  given,
		conditions:  stored.CompileCondition(conditions, withAuthorizer, environment.StoredExpressions),
		validations: stored.CompileCondition(validations, withAuthorizer, environment.StoredExpressions),
		messages:    stored.CompileCondition(messages, withoutAuthorizer, environment.StoredExpressions),
	}
	var matcher matchconditions.Matcher
	if len(conditions) > 0 {
		matcher = matchconditions.NewMatcher(compiled.conditions, spec.FailurePolicy, "policy", "validate", given.Name)
	}
	none := stored.CompileCondition(nil, withAuthorizer, environment.StoredExpressions)
	compiled.validator = validating.NewValidator(compiled.validations, matcher, none, compiled.messages, spec.FailurePolicy, nil)
	return compiled, out
}
