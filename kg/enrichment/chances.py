"""The chance of a family to be hit, estimated from the list itself by how large and how often drawn a family is.

A list hits large families more often, because they have more genes, and lists of known genes hit families that are
drawn often. As goseq does for the length of transcripts, the chance is a smooth function of both, fitted to the hits of
the list: Young, Wakefield, Smyth, Oshlack (2010), Gene ontology analysis for RNA-seq: accounting for selection bias,
Genome Biol 11:R14. doi:10.1186/gb-2010-11-2-r14
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

RIDGE = 1.0
"""Pull of each coefficient towards random genes, in the units of the log likelihood and of standardised covariates."""

STEPS, TOLERANCE = 60, 1e-8
"""Most steps of Fisher scoring, and the change of the coefficients at which it ends."""

NEVER, ALWAYS = -30.0, 3.0
"""Bounds of log(-log(1 - chance)), within which all steps are finite: a chance of 1e-13, and of 1 - 2e-9."""


class Data(NamedTuple):
    """The data of a fit: the trials of one family with the same number of drawn genes are one row, a group."""

    covariates: Floats  # groups by covariates
    offset: Floats  # the log of the number of drawn genes
    weight: Floats  # the part of the family's trials; they add up to 1 a family
    family: Ints
    families: int  # numbers of families are below it


class Fit(NamedTuple):
    """A model of the hits of one list: log(-log(1 - chance)) = offset + design times coefficients.

    With coefficients of 0 but the first, which is the intercept, each gene is in the list with equal chance.
    """

    data: Data
    design: Floats  # groups by coefficients
    coefficients: Floats
    score: Floats  # families by coefficients: the part of each in the slope of the log likelihood
    information: Floats  # families by pairs of coefficients: the part of each in the curvature
    total: Floats  # coefficients by coefficients: the curvature, with the pull of the ridge

    def chances(self) -> Floats:
        """Return the chance of each group to be hit, from 0 to 1."""
        return -np.expm1(-_rate(self.data.offset + self.design @ self.coefficients))

    def without(self, score: Floats, information: Floats) -> Floats:
        """Return coefficients without a part of the data, one step of Fisher scoring away, a row for each of both."""
        size = len(self.coefficients)
        left = self.total - information.reshape(-1, size, size)
        return np.asarray(self.coefficients - np.linalg.solve(left, score[:, :, None])[:, :, 0])

    def chances_at(self, group: Ints, lengths: Ints, coefficients: Floats) -> Floats:
        """Return the chance of trials to be hit, by their groups; `lengths` trials use each row of coefficients."""
        predictor = self.data.offset[group]
        for column, own in zip(self.design.T, coefficients.T, strict=True):
            predictor += np.ascontiguousarray(column)[group] * np.repeat(own, lengths)
        return -np.expm1(-_rate(predictor))


def fit(data: Data, hit: Floats) -> Fit:
    """Fit the model to the part of each group that the list hits, from 0 to 1; some group must be hit."""
    design = np.column_stack([np.ones(len(hit)), _standardised(data)])
    penalty = np.diag([1e-9] + [RIDGE] * (design.shape[1] - 1))
    start = np.zeros(design.shape[1])
    start[0] = np.log(float(data.weight @ hit) / float(data.weight @ np.exp(data.offset)))
    coefficients = _climb(data, design, hit, penalty, start)
    slope, curvature = _derivatives(data, design, hit, coefficients)
    pairs = (design[:, :, None] * design[:, None, :]).reshape(len(hit), -1)
    total = design.T @ (design * curvature[:, None]) + penalty
    by_family = [_sums(data, part) for part in (design * slope[:, None], pairs * curvature[:, None])]
    return Fit(data, design, coefficients, by_family[0], by_family[1], total)


def _standardised(data: Data) -> Floats:
    total = float(data.weight.sum())
    centred = data.covariates - data.weight @ data.covariates / total
    spread = np.sqrt(data.weight @ centred**2 / total)
    return np.asarray(centred / np.where(spread > 0, spread, 1.0))


def _sums(data: Data, values: Floats) -> Floats:
    """Return the sums of each column over the groups of each family."""
    sums = [np.bincount(data.family, weights=column, minlength=data.families) for column in values.T]
    return np.column_stack(sums)


def _climb(data: Data, design: Floats, hit: Floats, penalty: Floats, beta: Floats) -> Floats:
    """Return the coefficients of the greatest penalised likelihood: Fisher scoring, by steps that always climb."""
    height = _height(data, design, hit, penalty, beta)
    for _ in range(STEPS):
        slope, curvature = _derivatives(data, design, hit, beta)
        information = design.T @ (design * curvature[:, None]) + penalty
        step = np.linalg.solve(information, design.T @ slope - penalty @ beta)
        higher = _height(data, design, hit, penalty, beta + step)
        while higher < height and float(np.abs(step).max()) >= TOLERANCE:
            step = step / 2
            higher = _height(data, design, hit, penalty, beta + step)
        if float(np.abs(step).max()) < TOLERANCE:
            break
        beta, height = beta + step, higher
    return beta


def _derivatives(data: Data, design: Floats, hit: Floats, beta: Floats) -> tuple[Floats, Floats]:
    """Return the slope and the expected curvature of the log likelihood of each group along its predictor."""
    rate = _rate(data.offset + design @ beta)
    chance = -np.expm1(-rate)
    slope = rate * np.exp(-rate)
    variance = chance * (1 - chance)
    return data.weight * slope * (hit - chance) / variance, data.weight * slope**2 / variance


def _height(data: Data, design: Floats, hit: Floats, penalty: Floats, beta: Floats) -> float:
    """Return the penalised log likelihood."""
    rate = _rate(data.offset + design @ beta)
    return float(data.weight @ (hit * np.log(-np.expm1(-rate)) - (1 - hit) * rate) - beta @ penalty @ beta / 2)


def _rate(predictor: Floats) -> Floats:
    return np.asarray(np.exp(np.clip(predictor, NEVER, ALWAYS)))
