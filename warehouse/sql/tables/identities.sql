-- Sealed names, numbers, phones and addresses, one row per child or helper; associated data = kind || ':' || person_id.
create table identities (
    kind string not null,              -- child | helper
    person_id string not null,         -- child_id or helper_id
    sealed binary not null               -- AES-GCM: nonce || ciphertext of a JSON object
);
