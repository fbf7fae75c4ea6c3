#!/bin/bash
# Every record of the reference files of the statistics is run, and counted: the counts of the files are those stated
# here (from their manifest), and a test asks for just as many of each method.
. "$(dirname "$0")/lib.sh"
n=0
tests=$(our_files tests | grep '\.c$' | xargs cat | tr '\n' ' ' | tr -s ' ')
while read -r file method count; do
    have=$(grep -o "\"method\": *\"$method\"" "tests/oracles/$file.json" | wc -l)
    [ "$have" = "$count" ] || fail "tests/oracles/$file.json has $have records of $method, not $count"
    grep -qE "oracle_run\( ?\"$file.json\", \"$method\", $count," <<<"$tests" ||
        fail "no test runs the $count records of $method in $file.json"
    n=$((n + count))
done <<'LIST'
01_proportion_ci proportion_ci 87
01_proportion_ci weighted_proportion 20
02_ratio_ci impact_ratio_ci 55
03_diff_ci risk_difference_ci 55
04_odds_ci odds_ratio_ci 55
05_tests_2x2 test_2x2 42
06_tests_rxc assoc_rxc 40
07_trend cochran_armitage 40
08_stratified stratified_2x2 44
08_stratified generalized_cmh 12
09_equivalence tost 42
10_multiplicity p_adjust 40
11_power power_two_prop 40
12_overdispersion overdispersed_ratio 40
12_overdispersion rao_scott 20
13_posterior_ir prob_ir_below 42
14_distances distances 40
15_inequality inequality 40
25_proxy proxy 40
26_simpson simpson 40
30_meta meta_log_ir 42
31_unknown_bounds manski_ir 40
32_misclassification misclassification_matrix 40
32_misclassification probabilistic_attribute 20
34_exact_unconditional exact_unconditional 40
36_worked_examples ucb_admissions 1
36_worked_examples fisher_tea 1
36_worked_examples ugesp_qa12 1
36_worked_examples ll144_style_sex 1
36_worked_examples ll144_style_race 1
36_worked_examples ll144_style_intersection 1
36_worked_examples smokers_trend 1
36_worked_examples newcombe_56_70 1
37_jackknife ir_jackknife 20
37_jackknife shapley_jackknife 12
37_jackknife funnel_jackknife 12
LIST
echo "$n records of the statistics are run"
exit "$failed"
