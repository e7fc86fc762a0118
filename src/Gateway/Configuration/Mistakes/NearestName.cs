namespace Gateway.Configuration.Mistakes;

/// <summary>Finds the valid name that was most likely meant: the smallest Levenshtein distance, without case.</summary>
internal static class NearestName
{
    private const int LongestName = 64;

    /// <summary>Null when nothing is near: more than a third of the letters, or two, would have to change.</summary>
    public static string? Of(string written, IEnumerable<string> valid) =>
        valid.Select(name => (Name: name, Distance: Distance(written, name)))
            .Where(candidate => candidate.Distance <= Tolerance(Math.Max(written.Length, candidate.Name.Length)))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();

    private static int Tolerance(int length) => length <= 3 ? 1 : Math.Max(2, length / 3);

    private static int Distance(string left, string right)
    {
        if (left.Length > LongestName || right.Length > LongestName)
        {
            return int.MaxValue;
        }

        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int change = diagonal + (char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
