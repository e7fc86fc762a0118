namespace Gateway.Policies.Sessions;

/// <summary>
/// Header names that a destination may take for one another: without case, and every character but letters and digits alike, since
/// CGI, WSGI, PHP and others turn <c>-</c> (some of them also <c>.</c>) into <c>_</c>.
/// </summary>
internal sealed class HeaderLookAlike : IEqualityComparer<string>
{
    public static HeaderLookAlike Comparer { get; } = new();

    public bool Equals(string? x, string? y)
    {
        if (x is null || y is null || x.Length != y.Length)
        {
            return ReferenceEquals(x, y);
        }

        for (int i = 0; i < x.Length; i++)
        {
            if (Fold(x[i]) != Fold(y[i]))
            {
                return false;
            }
        }

        return true;
    }

    public int GetHashCode(string name)
    {
        uint hash = (uint)name.Length;
        foreach (char c in name)
        {
            hash = (hash * 31) + Fold(c);
        }

        return (int)hash;
    }

    private static char Fold(char c) => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-';
}
