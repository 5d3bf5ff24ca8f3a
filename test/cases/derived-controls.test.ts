// One file for all that asks every control's derived cases, so that they are derived once.
import "./suites/derivation.ts";
import "./suites/mutation.ts";
import "./suites/opa.ts";
import "./suites/small-checks.ts";
import "./suites/supplement.ts";
