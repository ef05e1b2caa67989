"""From scores to marks: who the students are, when they handed in, and what counts how much."""
