namespace Gateway.Policies.Sessions;

/// <summary>Outcomes as metrics, logs and explanations write them.</summary>
internal static class SessionOutcomeNames
{
    private static readonly string[] Names = [.. Enum.GetNames<SessionOutcome>().Select(name => name.ToLowerInvariant())];

    public static int Count => Names.Length;

    public static string Name(this SessionOutcome outcome) => Names[(int)outcome];
}
