/* stat/random.h - counter-based random numbers: a stream is keyed by (seed, replicate, stratum), so that no
 * order of work and no number of threads can change a result. SplitMix64 (Steele, Lea and Flood 2014)
 * finalisers over a Weyl sequence. Not for secrets. */
#ifndef TILT_STAT_RANDOM_H
#define TILT_STAT_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tilt__random {
    uint64_t key;
    uint64_t counter;
} tilt__random;

/* The stream of one stratum of one replicate under a seed. */
tilt__random tilt__random_stream(uint64_t seed, uint64_t replicate, uint64_t stratum);
/* The next 64 bits. */
uint64_t tilt__random_bits(tilt__random *random);
/* Uniform in (0, 1), never 0 or 1; 53 bits. */
double tilt__random_uniform(tilt__random *random);
/* Uniform whole number in 0..n-1, without bias. n > 0. */
uint64_t tilt__random_below(tilt__random *random, uint64_t n);
/* Standard normal (Marsaglia polar). */
double tilt__random_normal(tilt__random *random);
/* Gamma(shape, 1), shape > 0 (Marsaglia and Tsang 2000); Beta(a, b). */
double tilt__random_gamma(tilt__random *random, double shape);
double tilt__random_beta(tilt__random *random, double a, double b);
/* Successes in n trials at rate p, exact for n up to 1e15 (inversion; transformed rejection of Hormann 1993).
 */
double tilt__random_binomial(tilt__random *random, double n, double p);

/* The same for many draws at one n and p: what does not depend on the draw is kept. The draws differ from
 * those of tilt__random_binomial, their distribution does not. Beta-binomial: p varies from draw to draw as
 * Beta(a, b), a and b > 0. False, and nothing to draw from, where n is not whole or the distribution too wide
 * to add up from its middle. */
typedef struct tilt__binomial {
    double n, middle, at_middle;
    double odds, a, b; /* odds of a plain one; else a and b */
} tilt__binomial;
bool tilt__binomial_make(double n, double p, tilt__binomial *out);
bool tilt__beta_binomial_make(double n, double a, double b, tilt__binomial *out);
double tilt__binomial_draw(tilt__random *random, const tilt__binomial *binomial);
/* Shuffles an array of indices in place (Fisher-Yates). */
void tilt__random_shuffle(tilt__random *random, size_t *items, size_t n);

#endif
