"""Raw rows to bronze: typed by name, personal values behind tokens, refused rows kept with their
reasons.
"""
