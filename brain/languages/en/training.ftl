# Tuning an adapter: what may be wrong with the data or the plan, and what is told at the end.
error-bad-dialogues =
    { $line ->
        [0] { $path }
       *[other] { $path }, line { $line }
    }: { $reason ->
        [missing] there is no such file.
        [unreadable] it cannot be read.
        [empty] there are no dialogues in it.
        [too-long] the line is longer than 16 MiB.
        [not-utf8] it is not UTF-8 text.
        [not-json] it is not valid JSON. One dialogue a line is expected (JSON Lines).
        [no-answer] there is no answer of the assistant to learn.
        [turns] the user and the assistant must take turns, beginning with the user.
        [system] the system's message must come first.
        [role] a message needs the role system, user or assistant.
        [content] a message is empty, or is no text.
       *[no-dialogue] a dialogue is {"{"}"messages": [{"{"}"role": …, "content": …{"}"}, …]{"}"}, or {"{"}"input": …, "output": …{"}"}.
    }
error-training-refused =
    { $reason ->
        [model] The model cannot be loaded: { $detail }
        [form] The model brings no chat template. Name its prompt form with --form: { $detail }.
        [template] The model's chat template cannot write a dialogue: { $detail }
        [labels] There is not one token of the assistant to learn: are all questions longer than --max-tokens?
        [targets] The model has no layers named { $detail }. With --targets all-linear every model can be tuned.
        [memory] The accelerator's memory is too small for this. Take a smaller --batch or --max-tokens, with a larger --accumulation.
        [diverged] The loss is no number any more: take a smaller --learning-rate.
        [taken] { $detail } holds an adapter already. Choose another --out, or go on with --resume.
        [nothing] { $detail } holds no training to go on with. Leave --resume out.
        [changed] That training was begun with another { $detail }. Go on with the same, or begin in another --out.
        [unwritable] I may not write to { $detail }. Choose another --out.
       *[other] This cannot be tuned: { $detail }
    }

training-loading = loading the model …
training-progress = tuning
training-loss = loss { $loss }
training-plan = { $dialogues } dialogues ({ $judged } more for validation), { $samples } sequences, { $tokens } tokens to learn.
training-left-out = { $count ->
        [one] One dialogue was left out: its question alone is longer than --max-tokens.
       *[other] { $count } dialogues were left out: their questions alone are longer than --max-tokens.
    }
training-done = The adapter is in { $out } (loss { $first } → { $last }).
training-validated = On dialogues that it was not tuned on: loss { $first } → { $last }.
training-worse = That is no better than before: more dialogues, or fewer epochs, may help.
training-sample = The first sequence, { $tokens } tokens, of which the { $learned } marked ones are learned:
training-card =
    # An adapter for { $model }

    Made with siliconfriend on { $day }.

    | | |
    |---|---|
    | base model | { $model } |
    | dialogues | { $dialogues }, and { $judged } for validation |
    | sequences; tokens learned | { $samples }; { $tokens } |
    | rank; alpha; dropout | { $rank }; { $alpha }; { $dropout } |
    | layers | { $targets } |
    | epochs | { $epochs } |
    | learning rate | { $rate } |
    | batch × accumulation | { $batch } |
    | longest sequence | { $length } tokens |
    | seed | { $seed } |
    | loss, first → last step | { $losses } |
    | loss on validation, before → after | { $validation } |

    ![losses]({ $plot })

    Only the assistant's words were learned. An adapter can repeat what stood in its dialogues: share it only if you would share them. It is no therapist, and takes no place of one.
