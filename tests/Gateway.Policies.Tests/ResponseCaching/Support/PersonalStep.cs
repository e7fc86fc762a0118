namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>One request of a random history, or a group that is sent at once.</summary>
/// <param name="Identity">Null: nobody in particular.</param>
/// <param name="Method">GET, HEAD or POST.</param>
/// <param name="Path">One of two.</param>
/// <param name="Asks">A field line of its own; empty: none.</param>
/// <param name="Wait">Seconds that pass before.</param>
/// <param name="WithNext">True: the next one is sent before this one is answered.</param>
internal sealed record PersonalStep(PersonalIdentity? Identity, string Method, int Path, string Asks, int Wait, bool WithNext);
