"""Who will leave: trained on past cut-offs, judged on a later one, calibrated, with
exact reasons.
"""
