CREATE INDEX learner_supervisor ON learner (supervisor);
CREATE INDEX learner_mentor ON learner (mentor);
CREATE INDEX mentoring_mentor ON mentoring (mentor);
