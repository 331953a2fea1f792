"""All the threads that are seeded, in the order in which they are made."""

from graphs.seeding import agents, hostile, office
from graphs.seeding.sample import Sample

SAMPLES: tuple[Sample, ...] = (*office.SAMPLES, *agents.SAMPLES, *hostile.SAMPLES)
