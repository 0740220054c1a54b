"""A release as one folder that can be uploaded: every format of a build, and the metadata that repositories read.

`kg.building.release` makes a build and gives it the name of a release; this package publishes a finished build.
"""
