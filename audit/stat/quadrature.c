/* stat/quadrature.c - Gauss-Legendre, 32 nodes. */
#include "stat/quadrature.h"

/* Positive nodes and their weights on [-1, 1], computed to 40 digits from the Legendre polynomial P32. */
static const struct {
    double node, weight;
} rule[] = {
    {0.048307665687738316235, 0.096540088514727800567}, {0.14447196158279649349, 0.095638720079274859419},
    {0.23928736225213707454, 0.093844399080804565639},  {0.33186860228212764978, 0.091173878695763884713},
    {0.42135127613063534536, 0.087652093004403811143},  {0.50689990893222939002, 0.083311924226946755222},
    {0.58771575724076232904, 0.078193895787070306472},  {0.66304426693021520098, 0.072345794108848506225},
    {0.73218211874028968039, 0.065822222776361846838},  {0.79448379596794240696, 0.058684093478535547145},
    {0.84936761373256997013, 0.050998059262376176196},  {0.89632115576605212397, 0.042835898022226680657},
    {0.93490607593773968917, 0.034273862913021433103},  {0.96476225558750643077, 0.025392065309262059456},
    {0.9856115115452683354, 0.016274394730905670605},   {0.99726386184948156354, 0.0070186100094700966004},
};

double tilt__integrate(tilt__function *f, const void *data, double lo, double hi) {
    double centre = 0.5 * (lo + hi), half = 0.5 * (hi - lo), sum = 0.0;
    for (size_t i = 0; i < sizeof rule / sizeof *rule; i++) {
        double away = half * rule[i].node;
        sum += rule[i].weight * (f(centre - away, data) + f(centre + away, data));
    }
    return sum * half;
}

double tilt__integrate_rising(tilt__running *f, void *data, double lo, double hi) {
    double centre = 0.5 * (lo + hi), half = 0.5 * (hi - lo), sum = 0.0;
    size_t n = sizeof rule / sizeof *rule;
    for (size_t i = n; i-- > 0;) sum += rule[i].weight * f(centre - half * rule[i].node, data);
    for (size_t i = 0; i < n; i++) sum += rule[i].weight * f(centre + half * rule[i].node, data);
    return sum * half;
}

/* Five nodes. */
double tilt__integrate_short(tilt__function *f, const void *data, double lo, double hi) {
    static const double nodes[] = {0.53846931010568309104, 0.90617984593866399280};
    static const double weights[] = {0.47862867049936646804, 0.23692688505618908751};
    double centre = 0.5 * (lo + hi), half = 0.5 * (hi - lo), sum = 0.56888888888888888889 * f(centre, data);
    for (size_t i = 0; i < 2; i++)
        sum += weights[i] * (f(centre - half * nodes[i], data) + f(centre + half * nodes[i], data));
    return sum * half;
}
