CREATE INDEX credit_valid_to ON credit (state, valid_to);
