namespace Gateway.Configuration.Reading;

/// <summary>How the file writes the members of an enum: <c>closed</c> where each is one word, else <c>SlidingWindow</c>. Case makes no difference when read.</summary>
internal static class EnumText
{
    public static string Of(object member)
    {
        string name = member.ToString()!;
        return Enum.GetNames(member.GetType()).All(IsOneWord) ? name.ToLowerInvariant() : name;
    }

    private static bool IsOneWord(string name) => name.Count(char.IsUpper) == 1;
}
