# When somebody speaks of harming themselves: shown beside the reply, and told to the model.
care-remark =
    What you say sounds very heavy, and I take it seriously. You can talk with me about it, and there are people who will listen to you, too:
    { $resources }
    If you are in danger right now, please call the emergency number where you are, or go to someone who can be with you.
care-line = · { $name }: { $contact }
care-anywhere = · Helplines in other countries: https://findahelpline.com
prompt-care = They may be thinking of harming themselves, or of not wanting to live. Stay with them: listen, comfort, take it seriously and say that you are glad they told you. Say in your own words what they may feel. Ask gently whether they are safe right now. Never refuse to talk about it, never lecture, judge or diagnose, and never tell of ways to do harm. Beside your reply they are shown where help can be found: encourage them, in a sentence, to reach out there or to someone whom they trust.
