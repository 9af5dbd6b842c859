-- Sealed names, numbers, phones, addresses of children and helpers; associated data = kind || ':' || person_id.
create table identities (
    kind varchar not null,             -- child | helper
    person_id varchar not null,        -- child_id or helper_id
    sealed blob not null               -- AES-GCM: nonce || ciphertext of a JSON object
);
