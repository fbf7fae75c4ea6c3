# The confusion counts and rates of each group, from rows "score,label_value,group columns...": a second road to the
# numbers of a model audit, which shares no code with it.
#
#     awk -f confusion.awk -v by=sex FILE            by=region,sex for a crossing
#
# Prints group,tp,fp,fn,tn,selection_rate,tpr,fpr,ppv with 17 digits; an empty field where nothing is in the
# denominator. Plain fields only: no quotes, no commas inside.
BEGIN { FS = ","; n_by = split(by, wanted, ",") }
{ sub(/\r$/, "") }
NR == 1 {
    sub(/^\357\273\277/, "")
    for (i = 1; i <= NF; i++) column[$i] = i
    next
}
{
    key = ""
    for (i = 1; i <= n_by; i++) key = key (i > 1 ? " x " : "") $column[wanted[i]]
    if (!(key in seen)) { seen[key] = 1; order[++n_groups] = key }
    d = $column["score"] + 0; y = $column["label_value"] + 0
    if (d == 1 && y == 1) tp[key]++
    else if (d == 1) fp[key]++
    else if (y == 1) fn[key]++
    else tn[key]++
}
function share(part, whole) { return whole > 0 ? sprintf("%.17g", part / whole) : "" }
END {
    for (i = 2; i <= n_groups; i++) { # sorted, so that the order of rows does not show
        key = order[i]
        for (j = i - 1; j >= 1 && order[j] > key; j--) order[j + 1] = order[j]
        order[j + 1] = key
    }
    print "group,tp,fp,fn,tn,selection_rate,tpr,fpr,ppv"
    for (i = 1; i <= n_groups; i++) {
        g = order[i]
        a = tp[g] + 0; b = fp[g] + 0; c = fn[g] + 0; e = tn[g] + 0
        print g "," a "," b "," c "," e "," share(a + b, a + b + c + e) "," share(a, a + c) "," share(b, b + e) "," share(a, a + b)
    }
}
