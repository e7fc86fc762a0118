using System.Globalization;

namespace Gateway.Policies.Events;

/// <summary>An event's place among the others, as Redis writes it: <c>1763726400000-0</c>.</summary>
public readonly record struct EventPlace(long Milliseconds, long Number) : IComparable<EventPlace>
{
    /// <summary>Reads <c>1763726400000-0</c>, or <c>1763726400000</c> for the first of that moment.</summary>
    public static bool TryParse(string text, out EventPlace id)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        long number = 0;
        bool isRead = long.TryParse(dash < 0 ? text : text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds)
            && (dash < 0 || long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number));
        id = new EventPlace(milliseconds, number);
        return isRead;
    }

    public int CompareTo(EventPlace other) => Milliseconds != other.Milliseconds ? Milliseconds.CompareTo(other.Milliseconds) : Number.CompareTo(other.Number);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}-{Number}");

    public static bool operator <(EventPlace left, EventPlace right) => left.CompareTo(right) < 0;

    public static bool operator >(EventPlace left, EventPlace right) => left.CompareTo(right) > 0;

    public static bool operator <=(EventPlace left, EventPlace right) => left.CompareTo(right) <= 0;

    public static bool operator >=(EventPlace left, EventPlace right) => left.CompareTo(right) >= 0;
}
