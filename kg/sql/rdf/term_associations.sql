SELECT * FROM rdf_word_pairs ORDER BY subject_id, object_id
