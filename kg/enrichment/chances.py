"""The chance of a family to be hit, estimated from the list itself by how large and how often drawn a family is.

A list hits large families more often, because they have more genes, and lists of known genes hit families that are
drawn often. As goseq does for the length of transcripts, the chance is a smooth function of both, fitted to the hits of
the list: Young, Wakefield, Smyth, Oshlack (2010), Gene ontology analysis for RNA-seq: accounting for selection bias,
Genome Biol 11:R14. doi:10.1186/gb-2010-11-2-r14
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RIDGE = 1.0
"""Pull of each coefficient towards random genes, in the units of the log likelihood and of standardised covariates."""

STEPS, TOLERANCE = 60, 1e-10
"""Most steps of Fisher scoring, and the change of the linear predictor at which it ends."""


def hit_chances(covariates: Floats, offset: Floats, hit: Floats, weight: Floats) -> Floats:
    """Return the chance of each trial to be hit, in (0, 1).

    `covariates` has a row a trial; `offset` is the log of the number of its genes, `hit` the part of its drawings that
    the list hits, from 0 to 1, and `weight` what it counts for. The model is log(-log(1 - chance)) = offset + intercept
    + covariates times coefficients: with coefficients of 0, each gene is in the list with equal chance.
    """
    total = float(weight.sum())
    if not total or not (hit * weight).sum():
        return np.zeros(len(hit))
    centre = weight @ covariates / total
    spread = np.sqrt(weight @ (covariates - centre) ** 2 / total)
    design = np.column_stack([np.ones(len(hit)), (covariates - centre) / np.where(spread > 0, spread, 1.0)])
    penalty = np.diag([1e-9] + [RIDGE] * covariates.shape[1])
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(float(weight @ hit) / float(weight @ np.exp(offset)))
    for _ in range(STEPS):
        predictor = np.clip(offset + design @ beta, -30.0, 3.0)
        rate = np.exp(predictor)
        chance = np.clip(-np.expm1(-rate), 1e-13, 1 - 1e-9)
        slope = rate * np.exp(-rate)
        score = design.T @ (weight * slope * (hit - chance) / (chance * (1 - chance))) - penalty @ beta
        information = weight * slope**2 / (chance * (1 - chance))
        step = np.linalg.solve(design.T @ (design * information[:, None]) + penalty, score)
        step /= max(1.0, float(np.abs(step).max()) / 2.0)  # a step of more than 2 overshoots where few units are hit
        beta += step
        if float(np.abs(step).max()) < TOLERANCE:
            break
    predictor = np.clip(offset + design @ beta, -30.0, 3.0)
    return np.asarray(-np.expm1(-np.exp(predictor)))
