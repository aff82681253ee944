CREATE INDEX document_hash ON document (partner, hash);
