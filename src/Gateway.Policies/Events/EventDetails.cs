namespace Gateway.Policies.Events;

/// <summary>Keeps what an event tells small.</summary>
internal static class EventDetails
{
    private const int Longest = 500;

    public static Dictionary<string, string> Of(ReadOnlySpan<(string Name, string Value)> details)
    {
        var kept = new Dictionary<string, string>(details.Length, StringComparer.Ordinal);
        foreach ((string name, string value) in details)
        {
            kept[name] = value.Length <= Longest ? value : value[..Longest];
        }

        return kept;
    }
}
