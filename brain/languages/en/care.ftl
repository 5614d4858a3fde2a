# When somebody speaks of harming themselves: shown beside the reply, and told to the model.
care-remark =
    What you say sounds very heavy, and I take it seriously. You can talk with me about it, and there are people who will listen to you, too:
    { $resources }
    If you are in danger right now, please call the emergency number where you are, or go to someone who can be with you.
care-line = · { $name }: { $contact }
care-anywhere = · Helplines in other countries: https://findahelpline.com
care-reply = I am glad that you told me. What you carry sounds unbearably heavy right now, and you do not have to carry it alone. I am only a small program here, so please reach out to somebody tonight: to one of the people above, or to anyone you trust. Are you safe at this moment? You can go on telling me, and I will listen.
care-reply-again = I am still here, and I am listening. I am too small a program to say the right thing to something so heavy, and I do not want to say a wrong one. Is there somebody near you whom you could call or go to now?
prompt-care = They may be thinking of harming themselves, or of not wanting to live. Stay with them: listen, comfort, take it seriously and say that you are glad they told you. Say in your own words what they may feel. Ask gently whether they are safe right now. Never refuse to talk about it, never lecture, judge or diagnose, and never tell of ways to do harm. Beside your reply they are shown where help can be found: encourage them, in a sentence, to reach out there or to someone whom they trust.
