package main

import (
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/admissionregistration"
	defaults "k8s.io/kubernetes/pkg/apis/admissionregistration/v1"
	"k8s.io/kubernetes/pkg/apis/admissionregistration/validation"
)

// createBinding fills in what the API server fills in when a binding is created, and says what it refuses of it.
func createBinding(given *admissionregistrationv1.ValidatingAdmissionPolicyBinding) []string {
	defaults.SetObjectDefaults_ValidatingAdmissionPolicyBinding(given)
	internal := &admissionregistration.ValidatingAdmissionPolicyBinding{}
	if err := defaults.Convert_v1_ValidatingAdmissionPolicyBinding_To_admissionregistration_ValidatingAdmissionPolicyBinding(given, internal, nil); err != nil {
		return []string{err.Error()}
	}
	return textsOf(validation.ValidateValidatingAdmissionPolicyBinding(internal))
}

// createPolicy does the same for a policy.
func createPolicy(given *admissionregistrationv1.ValidatingAdmissionPolicy) []string {
	defaults.SetObjectDefaults_ValidatingAdmissionPolicy(given)
	internal := &admissionregistration.ValidatingAdmissionPolicy{}
	if err := defaults.Convert_v1_ValidatingAdmissionPolicy_To_admissionregistration_ValidatingAdmissionPolicy(given, internal, nil); err != nil {
		return []string{err.Error()}
	}
	return textsOf(validation.ValidateValidatingAdmissionPolicy(internal))
}

func textsOf(faults field.ErrorList) []string {
	texts := []string{}
	for _, fault := range faults {
		texts = append(texts, fault.Error())
	}
	return texts
}
