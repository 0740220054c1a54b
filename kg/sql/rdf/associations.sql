SELECT * FROM rdf_pairs ORDER BY subject_id, object_id
