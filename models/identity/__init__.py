"""Identity: Fellegi-Sunter fitted on pattern counts, clusters, and ids that stay."""
