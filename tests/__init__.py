"""Tests of the toolkit; the folders mirror toolkit/."""
