-- Of the pairs gathered piece by piece those that changed most, with the names of their ends.
SELECT m.measure, m.subject_id, m.object_id, coalesce(sa.name, sb.name) AS subject, coalesce(oa.name, ob.name) AS object,
    m.before, m.after
FROM (
    SELECT *, row_number() OVER (PARTITION BY measure ORDER BY size DESC, subject_id, object_id) AS place FROM most
) AS m
LEFT JOIN before_entities AS sb ON sb.entity_id = m.subject_id
LEFT JOIN after_entities AS sa ON sa.entity_id = m.subject_id
LEFT JOIN before_entities AS ob ON ob.entity_id = m.object_id
LEFT JOIN after_entities AS oa ON oa.entity_id = m.object_id
WHERE m.place <= $top
ORDER BY m.measure, m.place
